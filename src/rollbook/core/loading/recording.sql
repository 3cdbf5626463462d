-- The change record, written with what it tells of; before the changes, while both values are there.

-- name: record_import
INSERT INTO rollbook.import_changes (job_id, feed_id, fields, is_stored, made_at, numbers)
VALUES (%(job_id)s, %(feed_id)s, %(fields)s::text[], true, %(now)s, %(numbers)s::jsonb)

-- name: record_created
-- New students: what the file said of them is all that they have.
INSERT INTO rollbook.student_changes
    (job_id, row_number, student_id, is_new, had_data, after)
SELECT %(job_id)s, t.row_number, t.student, true, false, ARRAY[{after}]::text[]
FROM pg_temp.targets t JOIN pg_temp.staged s ON s.row_number = t.row_number
WHERE t.is_new

-- name: record_changed
-- Known students: only fields whose value becomes another have one here.
INSERT INTO rollbook.student_changes
    (job_id, row_number, student_id, is_new, had_data, before, after, imported_at, import_job_id)
SELECT %(job_id)s, s.row_number, c.student, false, n.student_id IS NOT NULL,
       ARRAY[{before}]::text[], ARRAY[{after}]::text[], n.imported_at, n.import_job_id
FROM pg_temp.changed c
JOIN pg_temp.staged s ON s.ctid = c.staged_at
JOIN public.students k ON k.id = c.student
LEFT JOIN public.student_data_snapshots n ON n.student_id = c.student

-- name: record_back
-- Students of this feed who were missing and are in the file again.
INSERT INTO rollbook.presence_changes (job_id, student_id, missing_since)
SELECT %(job_id)s, p.student_id, p.missing_since
FROM rollbook.presence p JOIN pg_temp.seen s ON s.student = p.student_id
WHERE p.feed_id = %(feed_id)s AND p.missing_since IS NOT NULL

-- name: record_missing
-- Students of this feed who are no longer in the file.
INSERT INTO rollbook.presence_changes (job_id, student_id)
SELECT %(job_id)s, student_id FROM rollbook.presence
WHERE feed_id = %(feed_id)s AND missing_since = %(now)s

-- name: note_by_others
-- Values that were no longer what the last import on record had left. Of a student's first data, and of
-- a new student, a blank counts as left, too; a compacted record knows none. An import of the same
-- fields has each in the same place, which is not looked for again in every row.
WITH earlier AS MATERIALIZED (
    SELECT id, job_id, is_compact, fields, fields = %(fields)s::text[] AS is_alike
    FROM rollbook.import_changes
    WHERE is_stored AND undone_at IS NULL AND job_id <> %(job_id)s
), mine AS MATERIALIZED (
    SELECT c.row_number, c.student_id, f.names, f.places, f.befores
    FROM rollbook.student_changes c
    CROSS JOIN LATERAL (
        SELECT array_agg(name) AS names, array_agg(place::integer) AS places, array_agg(before) AS befores
        FROM unnest(%(fields)s::text[], c.before, c.after) WITH ORDINALITY AS f(name, before, after, place)
        WHERE before IS DISTINCT FROM after
    ) f
    WHERE c.job_id = %(job_id)s AND NOT c.is_new
)
UPDATE rollbook.student_changes c SET by_others = others.places
FROM (
    SELECT row_number, array_agg(place ORDER BY place) AS places
    FROM (
        SELECT DISTINCT ON (c.row_number, m.place)
               c.row_number, m.place, m.before, h.after[there.place] AS was_left
        FROM mine c
        JOIN rollbook.student_changes h ON h.student_id = c.student_id
        JOIN earlier e ON e.job_id = h.job_id
        CROSS JOIN LATERAL unnest(c.names, c.places, c.befores) AS m(name, place, before)
        CROSS JOIN LATERAL (
            SELECT CASE WHEN e.is_alike THEN m.place ELSE array_position(e.fields, m.name) END AS place
            OFFSET 0
        ) there
        WHERE h.before[there.place] IS DISTINCT FROM h.after[there.place]
           OR NOT e.is_compact AND there.place IS NOT NULL
              AND (h.is_new OR NOT h.had_data AND NOT starts_with(m.name, 'students.'))
        ORDER BY c.row_number, m.place, e.id DESC
    ) newest
    WHERE was_left IS DISTINCT FROM before
    GROUP BY row_number
) others
WHERE c.job_id = %(job_id)s AND c.row_number = others.row_number

-- name: count_by_others
-- Students, field by field; one that is in both tables is one.
SELECT regexp_replace(f.name, '^students[.]', ''), count(DISTINCT c.row_number)
FROM rollbook.student_changes c
JOIN LATERAL unnest(%(fields)s::text[]) WITH ORDINALITY AS f(name, place) ON f.place = ANY (c.by_others)
WHERE c.job_id = %(job_id)s AND c.by_others IS NOT NULL
GROUP BY 1 ORDER BY 1
