-- What came of the imports of some feeds lately, and how many student records the newest of them imported.

-- name: strips
-- Of each feed, day and outcome the newest import, and how many there are: no check, and none of an
-- outdated file. Then a row without one for each feed that has data.
(
    SELECT DISTINCT ON (i.feed_id, date(i.created_at AT TIME ZONE %(zone)s), i.outcome)
        i.feed_id, i.job_id, i.outcome, i.created_at, count(*) OVER (
            PARTITION BY i.feed_id, date(i.created_at AT TIME ZONE %(zone)s), i.outcome), NULL::integer
    FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = ANY(%(feeds)s) AND i.created_at >= %(since)s AND NOT i.is_check
        AND {is_up_to_date}
    ORDER BY i.feed_id, date(i.created_at AT TIME ZONE %(zone)s), i.outcome, i.job_id DESC
)
UNION ALL
SELECT f.id, NULL, NULL, NULL, NULL, stored.rows_total - stored.rows_rejected
FROM rollbook.feeds f
CROSS JOIN LATERAL (
    SELECT i.rows_total, i.rows_rejected FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = f.id AND i.is_stored AND {is_up_to_date}
    ORDER BY i.job_id DESC LIMIT 1
) stored
WHERE f.id = ANY(%(feeds)s)
