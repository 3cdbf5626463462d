-- What the last imports found.

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
