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
