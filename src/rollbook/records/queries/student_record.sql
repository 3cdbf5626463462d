-- What Rollbook holds of one student beside values and presence.

-- name: undone_changes
-- What imports brought that were undone since, newest first.
SELECT i.job_id, coalesce(d.name, ''), coalesce(
         j.output_data #>> array['report', 'file', 'files', (c.row_number / 10000000 - 1)::text, 'name'], x.file_name
       ), mod(c.row_number, 10000000), i.made_at, i.undone_at,
       f.name, ARRAY[f.before, f.after]
FROM rollbook.student_changes c
JOIN rollbook.import_changes i ON i.job_id = c.job_id AND i.is_stored AND i.undone_at IS NOT NULL
LEFT JOIN rollbook.import_index x ON x.job_id = c.job_id
LEFT JOIN public.jobs j ON j.id = c.job_id AND c.row_number >= 10000000 -- one of several files: core/file_set.py
LEFT JOIN rollbook.feeds d ON d.id = i.feed_id
CROSS JOIN LATERAL unnest(i.fields, c.before, c.after) AS f(name, before, after)
WHERE c.student_id = %(number)s AND f.before IS DISTINCT FROM f.after
ORDER BY i.id DESC, f.name LIMIT %(limit)s

-- name: kept_by_undos
-- What undos have left as it was. Without a field it is the student as a whole.
SELECT u.job_id, u.field, u.why, i.undone_at
FROM rollbook.undo_kept u LEFT JOIN rollbook.import_changes i ON i.job_id = u.job_id
WHERE u.student_id = %(number)s ORDER BY i.undone_at DESC NULLS LAST, u.job_id DESC, u.field LIMIT %(limit)s

-- name: imports_with_problems
-- Newest first; checks too, for their problems are kept as well.
SELECT i.job_id, coalesce(d.name, ''), i.file_name, i.is_check, coalesce(i.ended_at, i.created_at)
FROM rollbook.import_index i LEFT JOIN rollbook.feeds d ON d.id = i.feed_id
WHERE i.has_problems ORDER BY i.job_id DESC

-- name: naming
-- Which of the imports have a problem in a row of this Student ID.
SELECT DISTINCT b.job_id FROM rollbook.issue_blocks b
WHERE b.job_id = ANY (%(jobs)s::integer[]) AND %(student_id)s = ANY (b.student_ids)

-- name: copies
-- Records of this student that were made before.
SELECT a.at, a.actor, a.after ->> 'requested_by' FROM rollbook.audit_events a
WHERE a.action = %(action)s AND a.subject = %(subject)s ORDER BY a.id DESC LIMIT %(limit)s
