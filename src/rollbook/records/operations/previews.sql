-- The change record of an import that stores nothing: read before the rollback, written after it.

-- name: import_preview
SELECT feed_id, fields, made_at, numbers::text FROM rollbook.import_changes WHERE job_id = %(job)s

-- name: student_previews
-- Values as texts, which both ways to the database carry as they are. A student who would have been
-- created has no number after the rollback.
SELECT c.row_number, CASE WHEN NOT c.is_new THEN c.student_id END, k.student_id,
       c.is_new, c.had_data, c.before::text, c.after::text, c.imported_at::text, c.import_job_id,
       c.by_others::text
FROM rollbook.student_changes c
LEFT JOIN public.students k ON c.is_new AND k.id = c.student_id
WHERE c.job_id = %(job)s

-- name: presence_previews
SELECT student_id, missing_since::text FROM rollbook.presence_changes WHERE job_id = %(job)s

-- name: store_import
INSERT INTO rollbook.import_changes (job_id, feed_id, fields, is_stored, made_at, numbers)
VALUES (%(job)s, %(feed_id)s, %(fields)s::text[], false, %(made_at)s, %(numbers)s::jsonb)

-- name: store_students
COPY rollbook.student_changes
    (job_id, row_number, student_id, given_id, is_new, had_data, before, after, imported_at,
     import_job_id, by_others)
FROM STDIN

-- name: store_presence
COPY rollbook.presence_changes (job_id, student_id, missing_since) FROM STDIN

-- name: forget_of_preview
DELETE FROM rollbook.{table} WHERE job_id IN (
    SELECT job_id FROM rollbook.import_changes WHERE job_id = %(job)s AND NOT is_stored
)
