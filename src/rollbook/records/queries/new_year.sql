-- What a new school year brings: who goes up, and who is not there any more.

-- name: by_grade
-- Active students.
SELECT {grade}, count(*) FROM public.student_data_snapshots n WHERE {is_active} GROUP BY 1

-- name: leavers
-- Students of roster feeds who have been missing from all of them since a moment.
SELECT count(*) FROM (
    SELECT p.student_id FROM rollbook.presence p JOIN rollbook.feeds d ON d.id = p.feed_id
    WHERE d.is_roster AND d.removed_at IS NULL
    GROUP BY 1 HAVING bool_and(p.missing_since IS NOT NULL) AND min(p.missing_since) >= %(at)s
) gone
