-- The turn of the school year: what is counted by the year is set aside, and kept in the change record.

-- name: columns
-- Those that may be blank: another application may demand a value.
SELECT attname::text FROM pg_catalog.pg_attribute
WHERE attrelid = 'public.student_data_snapshots'::regclass
  AND attnum > 0 AND NOT attisdropped AND NOT attnotnull AND attname::text = ANY (%(fields)s)

-- name: lock_snapshots
-- No other program writes a value between its record and its blank. Readers are not held up.
LOCK TABLE public.student_data_snapshots IN SHARE ROW EXCLUSIVE MODE

-- name: record_switch
-- Of no feed. Fields in the order of the changes' values.
INSERT INTO rollbook.import_changes (job_id, feed_id, fields, is_stored, made_at)
VALUES (%(job)s, 0, %(fields)s::text[], true, %(now)s)

-- name: record_values
-- Students with a value that goes.
INSERT INTO rollbook.student_changes
    (job_id, row_number, student_id, is_new, had_data, before, after, changed, imported_at, import_job_id)
SELECT %(job)s, row_number() OVER (ORDER BY n.student_id), n.student_id, false, true,
       found.before, array_fill(NULL::text, ARRAY[cardinality(found.before)]),
       ARRAY(SELECT f.place::smallint FROM unnest(found.before) WITH ORDINALITY AS f(value, place)
             WHERE f.value IS NOT NULL ORDER BY 1),
       n.imported_at, n.import_job_id
{stored}
WHERE num_nulls(VARIADIC found.before) < cardinality(found.before)

-- name: stored
-- What each student has stored, without protected values: they are right, whatever year it is.
FROM public.student_data_snapshots n
LEFT JOIN (
    SELECT student_id, array_agg(field) AS fields FROM rollbook.protected_values
    WHERE ended_at IS NULL AND (until_at IS NULL OR until_at > %(now)s) GROUP BY 1
) p ON p.student_id = n.student_id
CROSS JOIN LATERAL (SELECT ARRAY[{values}]::text[] AS before OFFSET 0) found

-- name: count_stored
-- What a switch would set aside: students, and values field by field. Nothing is locked.
SELECT count(*) FILTER (WHERE num_nulls(VARIADIC found.before) < cardinality(found.before)),
       ARRAY[{counts}]::integer[]
{stored}

-- name: count
count(found.before[{place}])

-- name: value
CASE WHEN {name} = ANY (p.fields) THEN NULL ELSE n.{column}::text END

-- name: clear_values
UPDATE public.student_data_snapshots n SET {assignments}, updated_at = %(now)s
FROM rollbook.student_changes c
WHERE c.job_id = %(job)s AND c.student_id = n.student_id

-- name: assignment
{column} = CASE WHEN c.before[{place}] IS NULL THEN n.{column} END

-- name: count_values
SELECT f.name, count(*) FROM rollbook.student_changes c
JOIN rollbook.import_changes i ON i.job_id = c.job_id
CROSS JOIN LATERAL unnest(i.fields, c.before) AS f(name, before)
WHERE c.job_id = %(job)s AND f.before IS NOT NULL GROUP BY 1

-- name: count_students
SELECT count(*) FROM rollbook.student_changes WHERE job_id = %(job)s
