-- Whether a student counts, and has a result: conditions in other statements.

-- name: is_active
-- In the last file of a roster feed. Where no roster has named anybody, everybody who has data. Files
-- by hand count until a feed with a server has brought a roster: nobody tells them who has left.
(n.student_id IN (
    SELECT p.student_id FROM rollbook.feeds d JOIN rollbook.presence p ON p.feed_id = d.id
    WHERE d.is_roster AND d.removed_at IS NULL AND p.missing_since IS NULL
    AND (d.host <> '' OR NOT EXISTS (
        SELECT FROM rollbook.feeds o JOIN rollbook.presence q ON q.feed_id = o.id
        WHERE o.is_roster AND o.removed_at IS NULL AND o.host <> ''
    ))
) OR NOT ({has_roster}))

-- name: count_active
SELECT count(*) FROM public.student_data_snapshots n WHERE {is_active}

-- name: has_roster
-- Whether a roster feed has named anybody.
EXISTS (
    SELECT FROM rollbook.feeds d JOIN rollbook.presence p ON p.feed_id = d.id
    WHERE d.is_roster AND d.removed_at IS NULL
)

-- name: lacking
-- Active students whose grade takes an assessment of which they have no result.
w.student_id IN (
    SELECT n.student_id FROM public.student_data_snapshots n WHERE {is_active} AND ({lacks})
)

-- name: grade
-- As the search's index has it.
coalesce(n.grade, (SELECT k.grade::text FROM public.students k WHERE k.id = n.student_id), '')
