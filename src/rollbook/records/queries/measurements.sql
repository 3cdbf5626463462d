-- Measurements over many imports, for charts, health and monitoring.

-- name: days
-- By day of the district's clock. Checks do not count, nor what was stopped.
SELECT date(i.ended_at AT TIME ZONE %(zone)s) AS day,
    max(i.rows_total) FILTER (WHERE i.is_stored),
    coalesce(sum(i.rows_rejected) FILTER (WHERE i.is_stored), 0),
    count(*) FILTER (WHERE i.outcome <> 'failed'), count(*) FILTER (WHERE i.outcome = 'failed')
FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
WHERE i.ended_at >= %(since)s AND NOT i.is_check
AND i.outcome IN ('failed', 'no_new_file', 'succeeded', 'with_warnings')
GROUP BY 1

-- name: rejected_rows
-- Of the files that were stored: rows that were rejected, and all rows.
SELECT coalesce(sum(i.rows_rejected), 0), coalesce(sum(i.rows_total), 0)
FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
WHERE i.ended_at >= %(since)s AND i.is_stored

-- name: jobs_by_status
SELECT CASE
        WHEN i.outcome IN ('no_new_file', 'succeeded', 'with_warnings') THEN 'completed'
        WHEN i.outcome = 'needs_review' THEN 'held'
        WHEN i.outcome = 'waiting' THEN 'pending'
        WHEN i.outcome = 'stopped' THEN 'failed'
        ELSE i.outcome
    END, i.reason, count(*)
FROM rollbook.import_index i
GROUP BY 1, 2 ORDER BY 1, 2

-- name: feeds
-- When each feed last stored something and last completed, and its last run that read a file.
SELECT f.name, extract(epoch FROM imported.ended_at), extract(epoch FROM looked.ended_at),
    last.report->'seconds', last.report->'counts'
FROM rollbook.feeds f
LEFT JOIN LATERAL (
    SELECT i.ended_at FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = f.id AND i.is_stored
    ORDER BY i.job_id DESC LIMIT 1
) imported ON true
LEFT JOIN LATERAL (
    SELECT i.ended_at FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = f.id AND NOT i.is_check
        AND i.outcome IN ('no_new_file', 'succeeded', 'with_warnings') AND i.ended_at IS NOT NULL
    ORDER BY i.ended_at DESC, i.job_id DESC LIMIT 1
) looked ON true
LEFT JOIN LATERAL (
    SELECT j.output_data->'report' AS report
    FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = f.id AND NOT i.is_check AND i.is_ended AND NOT i.outcome = 'no_new_file'
    ORDER BY i.job_id DESC LIMIT 1
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
