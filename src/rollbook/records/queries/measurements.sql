-- Measurements over many imports, for charts, health and monitoring.

-- name: days
-- By day of the district's clock. Checks do not count, nor what was stopped.
SELECT date(completed_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s) AS day,
    max(total) FILTER (WHERE stored), coalesce(sum(rejected) FILTER (WHERE stored), 0),
    count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'failed')
FROM (
    SELECT completed_at, status::text,
        output_data->'report'->>'stored' = 'true' AS stored,
        (output_data->'report'->'counts'->>'total')::int AS total,
        (output_data->'report'->'counts'->>'rejected')::int AS rejected
    FROM public.jobs
    WHERE rollbook.is_import(id, job_type, input_data) AND completed_at >= %(since)s
    AND status IN ('completed', 'failed')
    AND input_data->'dry_run' IS DISTINCT FROM 'true'::jsonb
    AND coalesce(output_data->'report'->>'reason', '') NOT IN ('cancelled', 'discarded')
) ended
GROUP BY 1

-- name: rejected_rows
-- Of the files that were stored: rows that were rejected, and all rows.
SELECT coalesce(sum((output_data->'report'->'counts'->>'rejected')::int), 0),
    coalesce(sum((output_data->'report'->'counts'->>'total')::int), 0)
FROM public.jobs
WHERE rollbook.is_import(id, job_type, input_data) AND completed_at >= %(since)s
AND status = 'completed' AND output_data->'report'->>'stored' = 'true'

-- name: last_good
-- When each feed's last good import ended: stored, or nothing new to store.
SELECT (input_data->>'feed_id')::int, max(completed_at)
FROM public.jobs
WHERE rollbook.is_import(id, job_type, input_data) AND status = 'completed'
AND input_data->'dry_run' IS DISTINCT FROM 'true'::jsonb
AND input_data->>'feed_id' IS NOT NULL
GROUP BY 1

-- name: jobs_by_status
SELECT coalesce(output_data->'report'->>'status', status::text),
    coalesce(output_data->'report'->>'reason', ''), count(*)
FROM public.jobs
WHERE rollbook.is_import(id, job_type, input_data)
GROUP BY 1, 2 ORDER BY 1, 2

-- name: feeds
-- When each feed last stored something and last completed, and its last run that read a file.
WITH runs AS (
    SELECT id, input_data->>'feed_id' AS feed, status, completed_at,
        output_data->'report' AS report
    FROM public.jobs
    WHERE rollbook.is_import(id, job_type, input_data) AND output_data->'report' IS NOT NULL
    AND input_data->>'dry_run' = 'false'
)
SELECT f.name,
    extract(epoch FROM imported.completed_at), extract(epoch FROM looked.completed_at),
    last.report->'seconds', last.report->'counts'
FROM rollbook.feeds f
LEFT JOIN LATERAL (
    SELECT completed_at FROM runs
    WHERE feed = f.id::text AND status = 'completed' AND report->>'stored' = 'true'
    ORDER BY id DESC LIMIT 1
) imported ON true
LEFT JOIN LATERAL (
    SELECT completed_at FROM runs WHERE feed = f.id::text AND status = 'completed'
    ORDER BY id DESC LIMIT 1
) looked ON true
LEFT JOIN LATERAL (
    SELECT report FROM runs
    WHERE feed = f.id::text AND report->>'reason' IS DISTINCT FROM %(no_new_file)s
    ORDER BY id DESC LIMIT 1
) last ON true
WHERE f.removed_at IS NULL ORDER BY f.name

-- name: workers_and_planning
SELECT count(*), (SELECT extract(epoch FROM max(completed_at)) FROM rollbook.last_tick)
FROM rollbook.procrastinate_workers
WHERE last_heartbeat > now() - make_interval(secs => %(gone_after)s)

-- name: is_overdue
-- To be stopped, or given up by others, for longer than this.
SELECT coalesce(
    p.cancel_requested_at,
    CASE WHEN j.output_data->'report'->>'reason' = %(given_up)s
        THEN j.completed_at AT TIME ZONE 'UTC' END
) < now() - make_interval(secs => %(patience)s)
FROM public.jobs j LEFT JOIN rollbook.job_progress p ON p.job_id = j.id
WHERE j.id = %(job)s
