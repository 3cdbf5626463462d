-- What is known of each feed, by the index of imports: as many looks as there are feeds, none of
-- them longer with more imports. A row of the index whose import is gone does not count, nor does an
-- import of an outdated file: the feed is what it was before. So it is where a person has said that a
-- failed import is resolved, after that end of it: the next attempt has the same number.

-- name: facts
SELECT feeds.id, to_jsonb(last), to_jsonb(good), to_jsonb(stored), to_jsonb(held), to_jsonb(discarded), (
        SELECT a.retry_at FROM rollbook.job_attempts a
        WHERE a.job_id = last.job AND a.retried_at IS NULL ORDER BY a.number DESC LIMIT 1
    ), (
        SELECT i.job_id FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
        WHERE i.feed_id = feeds.id AND NOT i.is_ended AND j.output_data IS NULL
            AND j.status IN ('pending', 'running')
        ORDER BY i.job_id DESC LIMIT 1
    ), (
        SELECT CASE WHEN NOT p.is_kept THEN p.promised_at END FROM rollbook.promises p
        WHERE p.feed_id = feeds.id ORDER BY p.promised_at DESC LIMIT 1
    ), ARRAY(
        SELECT i.ended_at FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
        WHERE i.feed_id = feeds.id AND NOT i.is_check AND i.outcome = 'no_new_file'
            AND i.ended_at IS NOT NULL AND i.job_id > coalesce(stored.job, 0) AND {is_of_stored}
        ORDER BY i.job_id DESC LIMIT 200
    )
FROM rollbook.feeds
LEFT JOIN LATERAL (
    SELECT i.job_id AS job, i.outcome, i.ended_at, i.reason,
        CASE WHEN i.outcome = 'failed' THEN coalesce(nullif(j.output_data -> 'message', 'null'),
            j.output_data -> 'report' -> 'message') END AS message
    FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = feeds.id AND NOT i.is_check AND i.ended_at IS NOT NULL
        AND i.outcome IN ('failed', 'needs_review', 'no_new_file', 'succeeded', 'with_warnings')
        AND {is_up_to_date} AND NOT (i.outcome = 'failed' AND EXISTS (
            SELECT FROM rollbook.job_notes n
            WHERE n.job_id = i.job_id AND n.resolves AND n.made_at >= i.ended_at
                AND NOT EXISTS (
                    SELECT FROM rollbook.job_notes later
                    WHERE later.job_id = n.job_id AND later.reopens AND later.id > n.id)))
    ORDER BY i.ended_at DESC, i.job_id DESC LIMIT 1
) last ON true
LEFT JOIN LATERAL (
    SELECT i.job_id AS job, i.outcome, i.ended_at, {began},
        j.output_data -> 'report' -> 'issues' -> 'by_code' ? %(passed_over)s AS is_passed_over,
        EXISTS (
            SELECT FROM rollbook.new_file_names n
            WHERE n.feed_id = i.feed_id AND n.job_id = i.job_id AND n.pattern = feeds.pattern
                AND n.decision = '' AND n.why_not = '') AS is_renamed
    FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = feeds.id AND NOT i.is_check AND i.ended_at IS NOT NULL
        AND i.outcome IN ('no_new_file', 'succeeded', 'with_warnings')
        AND {is_up_to_date} AND {is_of_stored}
    ORDER BY i.ended_at DESC, i.job_id DESC LIMIT 1
) good ON true
LEFT JOIN LATERAL (
    SELECT i.job_id AS job, i.ended_at, ({rows_left}) AS rows_left,
        j.output_data -> 'report' -> 'issues' -> 'by_code' ? %(several)s AS is_of_several,
        feeds.is_roster AND j.output_data -> 'report' -> 'issues' -> 'by_code' ? %(of_tests)s
            AS is_roster_of_tests,
        j.output_data -> 'unusual' AS unusual
    FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = feeds.id AND i.is_stored AND {is_up_to_date}
    ORDER BY i.job_id DESC LIMIT 1
) stored ON true
LEFT JOIN LATERAL (
    SELECT i.job_id AS job, i.outcome, coalesce(i.ended_at, i.created_at) AS ended_at, i.reason,
        feeds.is_roster AND j.output_data -> 'report' -> 'issues' -> 'by_code' ? %(of_tests)s
            AS is_roster_of_tests,
        coalesce(nullif(j.output_data -> 'message', 'null'),
            j.output_data -> 'report' -> 'message') AS message
    FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = feeds.id AND i.outcome = 'needs_review' AND NOT i.is_check
        AND (feeds.host = '' OR i.job_id > coalesce(stored.job, 0))
    ORDER BY i.job_id DESC LIMIT 1
) held ON true
LEFT JOIN LATERAL (
    SELECT i.job_id AS job, i.outcome, coalesce(i.ended_at, i.created_at) AS ended_at, i.reason, {began}
    FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = feeds.id AND feeds.host <> '' AND i.outcome = 'stopped' AND i.reason = %(discarded)s
        AND NOT i.is_check AND i.job_id > greatest(coalesce(stored.job, 0), coalesce(good.job, 0))
    ORDER BY i.job_id DESC LIMIT 1
) discarded ON true
WHERE feeds.removed_at IS NULL

-- name: is_of_stored
-- A run that found nothing new says only that the data of another import is the newest. Where that
-- import was undone after it, there is no such data.
(i.outcome <> 'no_new_file' OR NOT EXISTS (
    SELECT FROM rollbook.import_index u JOIN rollbook.import_changes c ON c.job_id = u.job_id
    WHERE u.feed_id = i.feed_id AND u.outcome = 'undone' AND u.job_id < i.job_id
        AND c.undone_at > i.ended_at AND NOT EXISTS (
            SELECT FROM rollbook.import_index s
            WHERE s.feed_id = i.feed_id AND s.is_stored AND s.job_id > u.job_id
                AND s.job_id < i.job_id)))

-- name: rows_left
-- The rejected rows of an import, without those that people have corrected here and that were imported;
-- as long as they are kept.
SELECT CASE WHEN EXISTS (SELECT FROM rollbook.rejected_rows k WHERE k.job_id = i.job_id)
    THEN i.rows_rejected - count(*) ELSE 0 END
FROM rollbook.row_fixes x
JOIN rollbook.import_index s ON s.job_id = x.fixed_in AND s.is_stored
JOIN rollbook.rejected_rows r ON r.job_id = x.job_id AND r.row_number = x.row_number
WHERE x.job_id = i.job_id AND NOT EXISTS (
    SELECT FROM rollbook.rejected_rows again
    WHERE again.job_id = x.fixed_in AND again.row_number = x.place)

-- name: began
-- As the job's row has it, which other programs write too.
j.started_at AT TIME ZONE 'UTC' AS started_at, j.input_data -> 'planned_at' AS planned_at

-- name: good_until
SELECT to_jsonb(good) FROM (
SELECT i.job_id AS job, i.outcome, i.ended_at, {began}
FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
WHERE i.feed_id = %(feed)s AND NOT i.is_check AND i.ended_at <= %(at)s
    AND i.outcome IN ('no_new_file', 'succeeded', 'with_warnings')
    AND {is_up_to_date} AND {is_of_stored}
ORDER BY i.ended_at DESC, i.job_id DESC LIMIT 1
) good

-- name: stored
SELECT feeds.id, stored.ended_at
FROM rollbook.feeds
CROSS JOIN LATERAL (
    SELECT i.ended_at FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = feeds.id AND i.is_stored AND {is_up_to_date}
    ORDER BY i.job_id DESC LIMIT 1
) stored
WHERE feeds.id = ANY(%(feeds)s)

-- name: is_old_file
-- By its server's date older than the file of the newest import; without one, bytes that others have followed.
SELECT CASE
    WHEN %(modified)s::bigint IS NOT NULL THEN newest.modified > to_jsonb(%(modified)s::bigint)
    ELSE newest.sha256 <> %(sha256)s AND EXISTS (
        SELECT FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
        WHERE i.feed_id = %(feed_id)s AND i.is_stored
            AND j.output_data #>> array['report', 'file', 'sha256'] = %(sha256)s
    ) END
FROM (
    SELECT j.output_data #>> array['report', 'file', 'sha256'] AS sha256,
        CASE jsonb_typeof(j.output_data #> array['served', 'modified'])
            WHEN 'number' THEN j.output_data #> array['served', 'modified'] END AS modified
    FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = %(feed_id)s AND i.is_stored
        AND {is_up_to_date}
    ORDER BY i.job_id DESC LIMIT 1
) newest
