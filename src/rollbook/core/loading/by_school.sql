-- Who was in the feed's last file and who is in this one, by school and grade; before anything of it
-- is written. A column of schools that holds something else may have as many schools as rows: the
-- largest groups are enough, for no small one holds an import.

-- name: count_there
-- Known students by what is stored of them: in the last file, missing from this one, named by
-- rejected rows alone, and named by this file.
SELECT coalesce(n.school, ''), coalesce(n.grade, ''),
       count(*) FILTER (WHERE was_there),
       count(*) FILTER (WHERE was_there AND NOT is_there),
       count(*) FILTER (WHERE was_there AND is_there AND t.student IS NULL),
       count(*) FILTER (WHERE is_there)
FROM (
    SELECT coalesce(p.student_id, e.student) AS student, p.student_id IS NOT NULL AS was_there,
           e.student IS NOT NULL AS is_there
    FROM (
        SELECT student_id FROM rollbook.presence
        WHERE feed_id = %(feed_id)s AND missing_since IS NULL
    ) p
    FULL JOIN pg_temp.seen e ON e.student = p.student_id
) both_files
LEFT JOIN pg_temp.targets t ON t.student = both_files.student
LEFT JOIN public.student_data_snapshots n ON n.student_id = both_files.student
WHERE t.is_new IS NOT TRUE
GROUP BY 1, 2 ORDER BY greatest(count(*) FILTER (WHERE was_there), count(*) FILTER (WHERE is_there)) DESC
LIMIT %(most)s

-- name: count_moves
-- Known students whose school or grade becomes another, or is written differently, and of these
-- those of the last file.
SELECT coalesce(n.school, ''), coalesce(n.grade, ''), coalesce({school}, ''), coalesce({grade}, ''),
       {is_other}, {is_step}, count(*), count(p.student_id)
FROM pg_temp.changed c
JOIN pg_temp.staged s ON s.ctid = c.staged_at
JOIN public.student_data_snapshots n ON n.student_id = c.student
LEFT JOIN rollbook.presence p
  ON p.student_id = c.student AND p.feed_id = %(feed_id)s AND p.missing_since IS NULL
WHERE n.school IS DISTINCT FROM {school} OR n.grade IS DISTINCT FROM {grade}
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 7 DESC LIMIT %(most)s

-- name: count_newcomers
-- New students.
SELECT coalesce({school}, ''), coalesce({grade}, ''), count(*)
FROM pg_temp.targets t JOIN pg_temp.staged s ON s.row_number = t.row_number
WHERE t.is_new
GROUP BY 1, 2 ORDER BY 3 DESC LIMIT %(most)s
