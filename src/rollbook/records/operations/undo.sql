-- Undoing imports.

-- name: lock_feed
-- No import of the feed begins until the end of this transaction, in whatever process.
SELECT pg_try_advisory_xact_lock(%(lock)s, %(feed)s)

-- name: kept
-- What an undo left as it was: whole students first.
SELECT u.student_id, k.student_id, u.field, u.why
FROM rollbook.undo_kept u JOIN public.students k ON k.id = u.student_id
WHERE u.job_id = ANY(%(jobs)s)
ORDER BY u.field NULLS FIRST, k.student_id LIMIT %(limit)s

-- name: reasons
SELECT why, count(*) FROM rollbook.undo_kept WHERE job_id = ANY(%(jobs)s) GROUP BY why ORDER BY 2 DESC, 1

-- name: later
-- What the feed has stored since, the newest first.
SELECT i.job_id FROM rollbook.import_changes i JOIN rollbook.import_changes mine ON mine.job_id = %(job)s
WHERE i.feed_id = mine.feed_id AND i.id > mine.id AND i.is_stored AND i.undone_at IS NULL
ORDER BY i.id DESC
