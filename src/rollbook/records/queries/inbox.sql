-- What nobody has decided on yet: texts of coded fields that are not known.

-- name: texts
-- Of each column at most `most` texts, the most frequent; `texts` is how many there are.
WITH counted AS MATERIALIZED (
    SELECT b.batch, o.kind, count(*) AS issues
    FROM rollbook.issue_blocks b
    CROSS JOIN LATERAL unnest(b.kinds) AS o(kind)
    WHERE b.job_id = %(job)s AND o.kind IS NOT NULL
    GROUP BY b.batch, o.kind
), said AS (
    SELECT k.field, k.value, k.code, min(k.column_header) AS header,
        sum(c.issues)::bigint AS found
    FROM rollbook.issue_kinds k
    JOIN counted c ON c.batch = k.batch AND c.kind = k.number
    WHERE k.job_id = %(job)s AND k.code = ANY (%(codes)s)
        AND k.field IS NOT NULL AND k.value IS NOT NULL
    GROUP BY k.field, k.value, k.code
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY field ORDER BY found DESC, value) AS place,
        count(*) OVER (PARTITION BY field) AS texts,
        sum(found) OVER (PARTITION BY field)::bigint AS in_column
    FROM said
)
SELECT field, header, code, value, found, texts, in_column FROM ranked
WHERE place <= %(most)s ORDER BY field, place

-- name: names
-- The same of several imports, without the rows: those of a large file take long to count.
WITH ranked AS (
    SELECT job_id, field, min(column_header) AS header, code, value,
        row_number() OVER (PARTITION BY job_id, field ORDER BY value) AS place,
        count(*) OVER (PARTITION BY job_id, field) AS texts
    FROM rollbook.issue_kinds
    WHERE job_id = ANY (%(jobs)s) AND code = ANY (%(codes)s)
        AND field IS NOT NULL AND value IS NOT NULL
    GROUP BY job_id, field, value, code
)
SELECT job_id, field, header, code, value, 0, texts, 0 FROM ranked
WHERE place <= %(most)s ORDER BY job_id, field, place

-- name: since
-- When each text, or each column that is not known, was first seen in a file of the feed, as far
-- back as problems are kept. The rehearsal of a night comes before what it rehearses.
SELECT k.field, coalesce(k.value, ''), k.column_header, min(i.created_at)
FROM rollbook.import_index i
JOIN rollbook.issue_kinds k ON k.job_id = i.job_id
WHERE i.feed_id = %(feed)s AND NOT (i.is_check AND i.started_by = %(schedule)s) AND (
    (k.code = ANY (%(codes)s) AND k.value = ANY (%(texts)s))
    OR (k.code = 'UNKNOWN_COLUMN' AND k.column_header = ANY (%(headers)s))
)
GROUP BY 1, 2, 3
