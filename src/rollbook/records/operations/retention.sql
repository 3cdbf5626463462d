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

-- name: forget_brought
-- Of use only while the rows can be corrected.
UPDATE rollbook.import_changes SET brought = NULL WHERE brought IS NOT NULL AND {which}

-- name: of_old_imports
job_id IN (SELECT job_id FROM rollbook.import_index WHERE ended_at < %(before)s)

-- name: old_without_import
job_id IS NULL AND created_at < %(before)s

-- name: ended_long_ago
-- Protections, which say what a file said of a student.
ended_at < %(before)s

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
AND NOT EXISTS (SELECT FROM rollbook.student_changes c WHERE c.job_id = j.id)
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
AND NOT EXISTS (
    SELECT FROM rollbook.year_switches y JOIN rollbook.import_changes c USING (job_id)
    WHERE y.job_id = found.job_id AND (y.first_day >= %(compared)s OR c.made_at >= %(changes)s)
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

-- name: old_changes
-- Imports whose change record is to be compacted, in their order.
-- What a switch of the school year set aside is compared with files for months.
SELECT job_id, fields FROM rollbook.import_changes c
WHERE is_stored AND NOT is_compact AND made_at < %(before)s AND NOT EXISTS (
    SELECT FROM rollbook.year_switches y WHERE y.job_id = c.job_id AND y.first_day >= %(compared)s
) ORDER BY id

-- name: supersede
-- Of what is compact already: values that this import was not the last to bring any more.
WITH changed AS (
    SELECT c.student_id, array_agg(f.name) AS names
    FROM rollbook.student_changes c
    CROSS JOIN LATERAL unnest(%(fields)s::text[], c.before, c.after) AS f(name, before, after)
    WHERE c.job_id = %(job)s AND f.before IS DISTINCT FROM f.after
      AND EXISTS (SELECT FROM rollbook.import_changes me
                  WHERE me.job_id = c.job_id AND me.undone_at IS NULL)
    GROUP BY 1
)
UPDATE rollbook.student_changes o SET after = ARRAY(
    SELECT CASE WHEN f.name = ANY (changed.names) THEN NULL ELSE f.value END
    FROM unnest(i.fields, o.after) WITH ORDINALITY AS f(name, value, place) ORDER BY place
)
FROM changed, rollbook.import_changes i
WHERE o.student_id = changed.student_id AND i.job_id = o.job_id AND i.is_compact

-- name: drop_undone
-- Nothing that a student has came from an import that was undone.
DELETE FROM rollbook.student_changes c USING rollbook.import_changes i
WHERE c.job_id = %(job)s AND i.job_id = c.job_id AND i.undone_at IS NOT NULL

-- name: drop_before
UPDATE rollbook.student_changes SET before = NULL, imported_at = NULL, import_job_id = NULL,
    by_others = NULL, changed = NULL
WHERE job_id = %(job)s AND (before IS NOT NULL OR imported_at IS NOT NULL)

-- name: drop_presence
DELETE FROM rollbook.presence_changes WHERE job_id = %(job)s

-- name: note_compact
UPDATE rollbook.import_changes SET is_compact = true, numbers = NULL WHERE job_id = %(job)s

-- name: drop_superseded
-- Nothing that a student has came from this row any more. Who created a student stays known.
DELETE FROM rollbook.student_changes c USING rollbook.import_changes i
WHERE i.job_id = c.job_id AND i.is_compact AND NOT c.is_new AND cardinality(array_remove(c.after, NULL)) = 0

-- name: of_old_checks
-- What would have changed, of checks and of held imports.
job_id IN (SELECT job_id FROM rollbook.import_changes WHERE NOT is_stored AND made_at < %(before)s)
