-- Measurements over many imports, for charts, health and monitoring.

-- name: days
-- By day of the district's clock. Checks do not count, nor what was stopped, nor corrected rows of a
-- file that has counted already; but the students that these add or update do. How many these are,
-- others may have written as anything.
SELECT date(i.ended_at AT TIME ZONE %(zone)s) AS day,
    max(i.rows_total) FILTER (WHERE i.is_stored AND NOT i.is_fix_it),
    coalesce(sum(i.rows_total) FILTER (WHERE i.is_stored AND NOT i.is_fix_it), 0),
    coalesce(sum(i.rows_rejected) FILTER (WHERE i.is_stored AND NOT i.is_fix_it), 0),
    count(*) FILTER (WHERE i.outcome <> 'failed' AND NOT i.is_fix_it),
    count(*) FILTER (WHERE i.outcome = 'failed' AND NOT i.is_fix_it),
    sum(CASE WHEN jsonb_typeof(told.updated) = 'number'
        THEN least(greatest(told.updated::numeric, 0), %(most)s) END
        + CASE WHEN jsonb_typeof(told.inserted) = 'number'
        THEN least(greatest(told.inserted::numeric, 0), %(most)s) ELSE 0 END)
        FILTER (WHERE i.is_stored)::bigint
FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN i.is_stored THEN j.output_data #> '{{report,counts,updated}}' END AS updated,
        CASE WHEN i.is_stored THEN j.output_data #> '{{report,counts,inserted}}' END AS inserted
) told
WHERE i.ended_at >= %(since)s AND NOT i.is_check
AND i.outcome IN ('failed', 'no_new_file', 'succeeded', 'with_warnings')
GROUP BY 1

-- name: seconds
-- By day: how long the stored imports took together, and how many say it. Others may write anything.
SELECT day, sum(seconds)::float8, count(*)
FROM (
    SELECT day, CASE jsonb_typeof(told) WHEN 'number' THEN told::numeric END AS seconds
    FROM (
        SELECT date(i.ended_at AT TIME ZONE %(zone)s) AS day,
            j.output_data #> '{{report,seconds,total}}' AS told
        FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
        WHERE i.ended_at >= %(since)s AND i.is_stored AND NOT i.is_fix_it
        OFFSET 0
    ) stored
) imports
WHERE seconds BETWEEN 0 AND %(longest)s
GROUP BY 1

-- name: is_new
-- No import is older.
SELECT NOT EXISTS (SELECT FROM rollbook.import_index WHERE created_at < %(before)s)

-- name: jobs_by_status
-- What ended lately, by an index, and what has not ended. Others may write any text as a reason.
SELECT CASE
        WHEN outcome IN ('no_new_file', 'succeeded', 'with_warnings') THEN 'completed'
        WHEN outcome = 'waiting' THEN 'pending'
        WHEN outcome = 'stopped' THEN 'failed'
        ELSE outcome
    END, CASE WHEN reason ~ '^[a-z_]*$' AND length(reason) <= 50 THEN reason ELSE 'other' END, count(*)
FROM (
    SELECT outcome, reason FROM rollbook.import_index
    WHERE ended_at >= %(since)s AND is_ended AND outcome <> 'needs_review'
    UNION ALL
    SELECT outcome, reason FROM rollbook.import_index WHERE NOT is_ended
) recent
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2

-- name: feeds
-- By feed: failed since the last good run and undecided (up to a hundred of each), what waits, and
-- the last run that read a file.
SELECT f.id, failed.number, held.number, extract(epoch FROM held.since),
    coalesce(waiting.number, 0), extract(epoch FROM waiting.since),
    last.report->'seconds', last.report->'counts'
FROM rollbook.feeds f
LEFT JOIN LATERAL (
    SELECT count(*) AS number FROM (
        SELECT FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
        WHERE i.feed_id = f.id AND NOT i.is_check AND i.outcome = 'failed' AND NOT i.is_fix_it
            AND i.ended_at > coalesce((
                SELECT g.ended_at FROM rollbook.import_index g JOIN public.jobs j ON j.id = g.job_id
                WHERE g.feed_id = f.id AND NOT g.is_check AND g.ended_at IS NOT NULL
                    AND NOT g.is_fix_it
                    AND g.outcome IN ('no_new_file', 'succeeded', 'with_warnings')
                ORDER BY g.ended_at DESC, g.job_id DESC LIMIT 1
            ), '-infinity')
        LIMIT 100
    ) counted
) failed ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS number, min(at) AS since FROM (
        SELECT coalesce(i.ended_at, i.created_at) AS at
        FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
        WHERE i.feed_id = f.id AND NOT i.is_check AND i.outcome = 'needs_review'
            AND (f.host = '' OR i.job_id > coalesce((
                SELECT s.job_id FROM rollbook.import_index s JOIN public.jobs j ON j.id = s.job_id
                WHERE s.feed_id = f.id AND s.is_stored AND NOT s.is_fix_it ORDER BY s.job_id DESC LIMIT 1
            ), 0))
        LIMIT 100
    ) undecided
) held ON true
LEFT JOIN (
    SELECT i.feed_id, count(*) AS number, min(coalesce((
            SELECT max(a.retried_at) FROM rollbook.job_attempts a WHERE a.job_id = i.job_id
        ), i.created_at)) AS since
    FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE NOT i.is_ended AND j.status = 'pending' AND j.output_data IS NULL
    GROUP BY i.feed_id
) waiting ON waiting.feed_id = f.id
LEFT JOIN LATERAL (
    SELECT j.output_data->'report' AS report
    FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = f.id AND NOT i.is_check AND i.is_ended AND NOT i.outcome = 'no_new_file'
        AND NOT i.is_fix_it
    ORDER BY i.job_id DESC LIMIT 1
) last ON true
WHERE f.removed_at IS NULL

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
