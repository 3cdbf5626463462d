-- Protected values: an administrator keeps another hand's correction, and imports leave it. Its cell is
-- taken out of the staged row, as one that was refused, before anything is compared. So the merge, its
-- record, its counts and its limits know nothing of it.

-- name: count_protected
SELECT count(*) FROM rollbook.protected_values WHERE ended_at IS NULL

-- name: end_dated
-- A protection lasts to its day. Who asks what is protected runs this first: imports (then with their job),
-- undos, and who protects or releases a value.
UPDATE rollbook.protected_values SET ended_at = until_at, why_ended = 'date', ended_job_id = %(job_id)s
WHERE ended_at IS NULL AND until_at <= %(now)s

-- name: end_of_deleted
-- Students that another program has deleted. What is theirs goes.
UPDATE rollbook.protected_values p
SET ended_at = %(now)s, why_ended = 'student_gone', ended_job_id = %(job_id)s, value = NULL, said = NULL
WHERE ended_at IS NULL AND NOT EXISTS (SELECT FROM public.students k WHERE k.id = p.student_id)

-- name: end_of_gone
-- Fields whose term was removed.
UPDATE rollbook.protected_values p
SET ended_at = %(now)s, why_ended = 'field_gone', ended_job_id = %(job_id)s
WHERE ended_at IS NULL AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = 'public.student_data_snapshots'::regclass AND a.attname = p.field
      AND NOT a.attisdropped
)

-- name: protected_fields
SELECT DISTINCT field FROM rollbook.protected_values
WHERE ended_at IS NULL AND field = ANY (%(brought)s::text[]) ORDER BY field

-- name: find_protected
-- Each protected value that a row of the file is about: what the row says, whether that is the kept
-- value, in a file that was outdated already when it was protected or in another, and whether it would be
-- stored in its place.
CREATE TEMPORARY TABLE protected_cells ON COMMIT DROP AS
SELECT found.*, is_same AND NOT is_outdated AS agrees, is_same AND is_outdated AS is_older,
       NOT is_same AND (said IS NOT NULL OR clears AND value IS NOT NULL) AS differs
FROM (
    SELECT p.id, p.field, p.value, s.row_number,
           CASE p.field {said} END AS said,
           coalesce(CASE p.field {is_same} END, false) AS is_same,
           coalesce(%(outdated_since)s::timestamptz < p.protected_at, false) AS is_outdated,
           %(clears)s AND (p.field = ANY (s.refused)) IS NOT TRUE AS clears
    FROM rollbook.protected_values p
    JOIN pg_temp.judged j ON j.student = p.student_id AND j.code IS NULL
    JOIN pg_temp.staged s ON s.row_number = j.row_number
    WHERE p.ended_at IS NULL AND p.field = ANY (%(fields)s::text[])
) found

-- name: analyze_protected
-- Without statistics the planner looks for each row in all of staged.
ANALYZE pg_temp.protected_cells

-- name: said
WHEN {name} THEN s.{field}::text

-- name: is_same
WHEN {name} THEN s.{field} = (p.value)::{type}

-- name: leave_protected
UPDATE pg_temp.staged s
SET refused = coalesce(s.refused, '{{}}') || kept.fields {assignments}
FROM (
    SELECT row_number, array_agg(field) AS fields FROM pg_temp.protected_cells
    WHERE NOT agrees GROUP BY 1
) kept
WHERE s.row_number = kept.row_number

-- name: left
{field} = CASE WHEN {name} = ANY (kept.fields) THEN NULL ELSE s.{field} END

-- name: kept_fields
SELECT DISTINCT field FROM rollbook.protected_values
WHERE ended_at IS NULL AND value IS NOT NULL ORDER BY field

-- name: keep_in_first_data
-- Students whose first data this import has made: they hold what is protected, whatever the file brings.
UPDATE public.student_data_snapshots n SET {assignments}
FROM (
    SELECT student_id, jsonb_populate_record(
        NULL::public.student_data_snapshots, jsonb_object_agg(field, value)) AS data
    FROM rollbook.protected_values WHERE ended_at IS NULL GROUP BY 1
) kept
WHERE n.student_id = kept.student_id AND n.import_job_id = %(job_id)s AND n.created_at = %(now)s

-- name: kept
{field} = coalesce((kept.data).{field}, n.{field})

-- name: note_said
UPDATE rollbook.protected_values p
SET said = c.said, said_row = c.row_number, said_at = %(now)s, said_job_id = %(job_id)s
FROM pg_temp.protected_cells c WHERE p.id = c.id AND (c.differs OR c.agrees)

-- name: end_agreed
UPDATE rollbook.protected_values p
SET ended_at = %(now)s, why_ended = 'agreed', ended_job_id = %(job_id)s
FROM pg_temp.protected_cells c WHERE p.id = c.id AND c.agrees AND p.ended_at IS NULL

-- name: count_kept
SELECT count(*) FILTER (WHERE differs), count(*) FILTER (WHERE agrees), count(*) FILTER (WHERE is_older)
FROM pg_temp.protected_cells
