-- One job's record, from its beginning to its end. Table names are qualified: whatever search_path
-- a caller has, these tables are meant.

-- name: try_lock_feed
SELECT pg_try_advisory_lock(%(lock)s, %(feed_id)s)

-- name: unlock_feed
SELECT pg_advisory_unlock(%(lock)s, %(feed_id)s)

-- name: running_job
SELECT max(j.id) FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
WHERE i.feed_id = %(feed_id)s AND NOT i.is_ended AND j.status = 'running'

-- name: insert_job
INSERT INTO public.jobs
    (job_type, status, input_data, created_at, started_at, attempts, max_attempts)
VALUES (%(job_type)s, 'running', %(asked)s::jsonb, %(now)s, %(now)s, 1, 1)
RETURNING id

-- name: mark_as_ours
UPDATE public.jobs SET input_data = input_data || jsonb_build_object('job', id) WHERE id = %(job)s

-- name: insert_trial
-- A row to which values can refer until the transaction is rolled back; it uses up no number.
INSERT INTO public.jobs (id, job_type, status) VALUES (0, %(job_type)s, 'running')

-- name: claim_job
UPDATE public.jobs SET status = 'running', started_at = %(now)s, attempts = attempts + 1
WHERE id = %(job)s AND rollbook.is_import(id, job_type, input_data) AND status = 'pending' AND output_data IS NULL
RETURNING id

-- name: end_job
UPDATE public.jobs
SET status = %(status)s, output_data = %(output)s::jsonb, error_message = %(message)s,
    completed_at = %(now)s
WHERE id = %(job)s AND status = 'running'

-- name: fail_jobs
-- How jobs end whose own process does not say so; which, says one of the next two. Phase and
-- seconds are as that process last wrote them.
UPDATE public.jobs
SET status = 'failed', error_message = %(message)s, completed_at = %(now)s,
    output_data = jsonb_build_object(
        'is_transient', %(is_transient)s::boolean,
        'message', %(parts_of_message)s::jsonb,
        'report', %(report)s::jsonb || jsonb_build_object(
            'job', id, 'dry_run', coalesce(input_data->'dry_run', 'false'))
            || coalesce((
                SELECT jsonb_build_object('phase', nullif(p.phase, ''), 'seconds', p.seconds)
                FROM rollbook.job_progress p WHERE p.job_id = jobs.id AND p.phase <> ''
            ), '{{}}'))
WHERE {which}
RETURNING id, coalesce(input_data->>'started_by', ''),
    input_data->'dry_run' IS NOT DISTINCT FROM 'true'::jsonb

-- name: a_job_without_outcome
id = %(job)s AND status IN ('pending', 'running') AND output_data IS NULL

-- name: a_waiting_job
id = %(job)s AND status = 'pending' AND output_data IS NULL

-- name: running_jobs_of_a_feed
-- Another program may have ended a row of ours, which then has no outcome: nothing may vanish so.
(status = 'running' OR status IN ('failed', 'completed') AND output_data IS NULL)
AND id IN (SELECT job_id FROM rollbook.import_index WHERE feed_id = %(feed_id)s AND NOT is_ended)
AND rollbook.is_import(id, job_type, input_data)

-- name: feeds_with_running_jobs
SELECT DISTINCT i.feed_id FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
WHERE NOT i.is_ended
AND (j.status = 'running' OR j.status IN ('failed', 'completed') AND j.output_data IS NULL)

-- name: name_session
SELECT set_config('application_name', %(session)s, false)

-- name: end_frozen_sessions
SELECT p.job_id, pg_terminate_backend(a.pid)
FROM rollbook.job_progress p
JOIN public.jobs j ON j.id = p.job_id AND j.status = 'running'
JOIN pg_stat_activity a
    ON a.datname = current_database() AND a.application_name = %(prefix)s || p.job_id
JOIN pg_roles r ON r.oid = a.usesysid
WHERE p.heartbeat_at < now() - make_interval(secs => %(older_than)s)
    -- A session of a role that ours may not end would make all of this fail.
    AND (pg_has_role(a.usesysid, 'usage') OR pg_has_role('pg_signal_backend', 'usage'))
    AND (NOT r.rolsuper OR current_setting('is_superuser') = 'on')

-- name: insert_event
INSERT INTO rollbook.job_events (job_id, at, kind, message)
VALUES (%(job)s, %(at)s, %(kind)s, %(message)s)

-- name: insert_audit_event
INSERT INTO rollbook.audit_events (at, actor, action, subject, after, origin)
VALUES (%(at)s, %(actor)s, %(action)s, %(subject)s, %(after)s::jsonb, %(origin)s)
