-- The change record of one import as people read it. An import without one has no row here.

-- name: head
SELECT fields, is_stored, is_compact FROM rollbook.import_changes WHERE job_id = %(job)s

-- name: some_rows
-- Few rows are found first, by the key; names and values are looked up for those alone.
WITH few AS (
    SELECT c.* FROM rollbook.student_changes c
    WHERE c.job_id = %(job)s AND c.row_number >= %(row)s AND {which}
    ORDER BY c.row_number LIMIT %(limit)s
)
SELECT c.row_number, c.is_new, coalesce(k.student_id, c.given_id),
       coalesce(k.last_name, c.after[%(last_name)s]),
       coalesce(k.first_name, c.after[%(first_name)s]), c.student_id, c.by_others,
       CASE WHEN NOT c.is_new THEN (
           SELECT json_agg(json_build_array(f.place, f.before, f.after) ORDER BY f.place)::text
           {values}
       ) END
FROM few c LEFT JOIN public.students k ON k.id = c.student_id
ORDER BY c.row_number

-- name: values
-- What became another. Of a field that is in `students` too, what became of it there counts.
FROM unnest(%(twins)s::integer[], c.before, c.after)
    WITH ORDINALITY AS f(twin, before, after, place)
WHERE f.before IS DISTINCT FROM f.after AND NOT c.before[f.twin] IS DISTINCT FROM c.after[f.twin]

-- name: numbers
SELECT numbers::text FROM rollbook.import_changes WHERE job_id = %(job)s

-- name: count_by_others
SELECT {school}, count(*) FROM rollbook.student_changes c
WHERE c.job_id = %(job)s AND c.by_others IS NOT NULL GROUP BY 1

-- name: count_presence
SELECT {school}, count(*) FILTER (WHERE c.missing_since IS NULL), count(c.missing_since)
FROM rollbook.presence_changes c WHERE c.job_id = %(job)s GROUP BY 1

-- name: some_presence
SELECT c.missing_since IS NULL, k.student_id, k.last_name, k.first_name
FROM rollbook.presence_changes c LEFT JOIN public.students k ON k.id = c.student_id
WHERE c.job_id = %(job)s AND {which}
ORDER BY c.student_id LIMIT %(limit)s OFFSET %(offset)s

-- name: school
-- The one that the import brought, or else today's, which is looked up for those alone who need it.
coalesce(c.after[%(school_place)s], {stored_school}, '')

-- name: school_before
coalesce(c.before[%(school_place)s], {stored_school}, '')

-- name: school_of_presence
coalesce({stored_school}, '')

-- name: stored_school
(SELECT n.school FROM public.student_data_snapshots n WHERE n.student_id = c.student_id)

-- name: in_school
{school} = %(school)s

-- name: has_words
-- A student who is new, and not stored yet, is in no index.
({known} OR c.row_number = ANY (%(new_rows)s))

-- name: known_has_words
c.student_id IN (
    SELECT w.student_id FROM rollbook.student_search w WHERE w.words LIKE ALL (%(patterns)s::text[]))

-- name: new_students
SELECT c.row_number, concat_ws(' ', c.given_id, c.after[%(last_name)s], c.after[%(first_name)s])
FROM rollbook.student_changes c WHERE c.job_id = %(job)s AND c.is_new ORDER BY c.row_number

-- name: field_differs
(c.before[%(in_students)s] IS DISTINCT FROM c.after[%(in_students)s]
 OR c.before[%(in_snapshots)s] IS DISTINCT FROM c.after[%(in_snapshots)s])

-- name: all
true

-- name: is_new
c.is_new

-- name: is_moved
(c.before[%(school_place)s] IS DISTINCT FROM c.after[%(school_place)s]
 OR c.before[%(grade_place)s] IS DISTINCT FROM c.after[%(grade_place)s])

-- name: has_by_others
c.by_others IS NOT NULL

-- name: is_known
NOT c.is_new

-- name: is_missing
c.missing_since IS NULL

-- name: is_back
c.missing_since IS NOT NULL
