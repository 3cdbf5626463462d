-- What the last imports found.

-- name: newest
-- Of each feed. The long outcomes are looked at one by one: a hash of them all takes ten times longer.
SELECT last.job_id, f.id, last.by_code
FROM rollbook.feeds f
CROSS JOIN LATERAL (
    SELECT i.job_id, found.by_code
    FROM rollbook.import_index i CROSS JOIN LATERAL (
        SELECT j.output_data #> '{{report,issues,by_code}}' AS by_code
        FROM public.jobs j WHERE j.id = i.job_id AND {is_up_to_date}
        OFFSET 0
    ) found
    WHERE i.feed_id = f.id AND i.is_stored AND i.ended_at >= %(since)s
    ORDER BY i.job_id DESC LIMIT %(most)s
) last
WHERE f.removed_at IS NULL
ORDER BY f.id, last.job_id DESC

-- name: schools
-- Of the students who have an issue of a code; a row whose student is not known is of no school.
WITH found AS (
    SELECT k.code, coalesce(n.school, '') AS school, count(DISTINCT o.student_id) AS students
    FROM rollbook.issue_blocks b
    CROSS JOIN LATERAL unnest(b.kinds, b.student_ids) AS o(kind, student_id)
    JOIN rollbook.issue_kinds k ON k.batch = b.batch AND k.number = o.kind AND k.job_id = b.job_id
    JOIN public.students s ON s.student_id = o.student_id
    JOIN public.student_data_snapshots n ON n.student_id = s.id
    WHERE b.job_id = ANY (%(jobs)s::integer[]) AND k.code = ANY (%(codes)s::text[])
    GROUP BY 1, 2
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY code ORDER BY students DESC, school) AS rank
    FROM found WHERE school <> ''
)
SELECT code, school, students FROM ranked WHERE rank <= %(most)s ORDER BY code, rank
