-- Which of the active students have results of the assessments that their grades take.

-- name: counted
-- By school and grade. The results are looked for once in each row, and only where a snapshot has no
-- grade is the student's own asked for: a join would carry wide rows.
SELECT r.school, r.grade, count(*){counts}
FROM (
    SELECT coalesce(n.school, '') AS school, {grade} AS grade{found}
    FROM public.student_data_snapshots n WHERE {is_active}
    OFFSET 0
) r
GROUP BY 1, 2

-- name: roster
SELECT {has_roster}
