-- What the nightly clean-up deletes.

-- name: try_lock
SELECT pg_try_advisory_lock(%(lock)s)

-- name: unlock
SELECT pg_advisory_unlock(%(lock)s)

-- name: delete_some
-- Few enough rows that no process waits long for a lock; which, says one of the next two.
DELETE FROM {table} WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM {table} WHERE {which} LIMIT %(at_once)s
))

-- name: old_issues
SELECT coalesce(sum(cardinality(array_remove(kinds, null))), 0) FROM rollbook.issue_blocks
WHERE {which}

-- name: of_old_imports
job_id IN (SELECT job_id FROM rollbook.import_index WHERE ended_at < %(before)s)

-- name: old_without_import
job_id IS NULL AND created_at < %(before)s

-- name: old_requests
-- Idempotency keys, a day after they are of no more use.
made_at < %(now)s - interval '48 hours'

-- name: old_jobs
-- Not those that today's data refers to, nor the last one of a feed that stored something.
SELECT id FROM public.jobs j
WHERE (rollbook.is_import(id, job_type, input_data) OR job_type = %(clean_up)s
       AND coalesce(input_data ->> 'job' = id::text, true))
AND completed_at < %(before)s
AND NOT EXISTS (SELECT FROM public.student_data_snapshots s WHERE s.import_job_id = j.id)
AND id NOT IN (SELECT max(job_id) FROM rollbook.import_index WHERE is_stored GROUP BY feed_id)
ORDER BY id LIMIT %(at_once)s

-- name: gone_jobs
-- Imports whose row another program has deleted, so that nothing shows what is left of them: before
-- the first row that is young enough, because numbers grow, and without an event that is.
SELECT job_id FROM ({numbers}) found
WHERE NOT EXISTS (SELECT FROM public.jobs WHERE id = job_id)
AND job_id < (SELECT min(id) FROM public.jobs WHERE created_at >= %(before)s)
AND NOT EXISTS (
    SELECT FROM rollbook.job_events e WHERE e.job_id = found.job_id AND e.at >= %(since)s
)
ORDER BY job_id LIMIT %(at_once)s

-- name: delete_chunks
DELETE FROM rollbook.stored_file_chunks
WHERE file_id IN (SELECT id FROM rollbook.stored_files WHERE job_id = ANY(%(jobs)s))

-- name: delete_of_jobs
DELETE FROM {table} WHERE job_id = ANY(%(jobs)s)

-- name: delete_jobs
DELETE FROM public.jobs WHERE id = ANY(%(jobs)s)

-- name: delete_progress
DELETE FROM rollbook.job_progress
WHERE job_id IN (SELECT id FROM public.jobs WHERE output_data IS NOT NULL)

-- name: expire_audit
SELECT rollbook.expire_audit(%(before)s, %(at_once)s)
