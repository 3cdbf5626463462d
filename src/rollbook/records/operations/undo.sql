-- Undoing imports.

-- name: lock_feed
-- No import of the feed begins until the end of this transaction, in whatever process.
SELECT pg_try_advisory_xact_lock(%(lock)s, %(feed)s)

-- name: kept
-- What an undo left as it was: whole students first.
SELECT u.student_id, k.student_id, u.field, u.why
FROM rollbook.undo_kept u JOIN public.students k ON k.id = u.student_id
WHERE u.job_id = %(job)s
ORDER BY u.field NULLS FIRST, k.student_id LIMIT %(limit)s

-- name: reasons
SELECT why, count(*) FROM rollbook.undo_kept WHERE job_id = %(job)s GROUP BY why ORDER BY 2 DESC, 1
