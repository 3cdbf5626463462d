-- The search for students, in the narrow index that follows their tables.

-- name: find
-- All who match are counted, those of the page named.
WITH found AS MATERIALIZED (
    SELECT w.student_id, w.name FROM rollbook.student_search w WHERE {which}
)
SELECT (SELECT count(*) FROM found), ARRAY(
    SELECT student_id FROM found ORDER BY name, student_id LIMIT %(limit)s OFFSET %(offset)s
)

-- name: listed
SELECT k.id, k.student_id, coalesce(n.ssid, k.ssid, ''), coalesce(n.last_name, k.last_name, ''),
       coalesce(n.first_name, k.first_name, ''), coalesce(n.preferred_name, ''),
       coalesce(n.school, ''), coalesce(n.grade, k.grade::text, '')
FROM public.students k
LEFT JOIN public.student_data_snapshots n ON n.student_id = k.id
WHERE k.id = ANY (%(numbers)s::integer[])

-- name: with_id
SELECT id FROM public.students WHERE student_id = %(student_id)s

-- name: missing
-- By feed, because the key of `presence` begins with it.
SELECT p.student_id, min(p.missing_since)
FROM rollbook.feeds d
JOIN rollbook.presence p ON p.feed_id = d.id AND p.student_id = ANY (%(numbers)s::integer[])
WHERE p.missing_since IS NOT NULL GROUP BY 1

-- name: has_word
w.words LIKE {pattern}

-- name: of_grade
w.grade = %(grade)s

-- name: within
w.school = ANY (%(within)s::text[])

-- name: school_of
SELECT n.school FROM public.students k
LEFT JOIN public.student_data_snapshots n ON n.student_id = k.id WHERE k.id = %(number)s

-- name: of_school
w.school = ANY (%(writings)s::text[])

-- name: is_missing
w.student_id IN (SELECT student_id FROM rollbook.presence WHERE missing_since >= %(since)s)

-- name: has_problems
-- In the last import of a feed that stored something, and was not of some students without this one.
w.student_id IN (
    WITH stored AS (
        SELECT i.feed_id, i.job_id, c.named FROM rollbook.import_index i
        JOIN public.jobs j ON j.id = i.job_id
        LEFT JOIN rollbook.import_changes c ON c.job_id = i.job_id
        WHERE i.is_stored
    ), since AS (
        SELECT feed_id, max(job_id) AS job_id FROM stored WHERE named IS NULL GROUP BY 1
    ), last AS (
        SELECT s.* FROM stored s LEFT JOIN since USING (feed_id)
        WHERE s.job_id >= since.job_id OR since.job_id IS NULL
    ), later AS (
        SELECT feed_id, job_id, n.student_id FROM last CROSS JOIN unnest(named) AS n(student_id)
    )
    SELECT k.id
    FROM last
    JOIN rollbook.issue_blocks b ON b.job_id = last.job_id
    CROSS JOIN unnest(b.student_ids) AS s(student_id)
    JOIN public.students k ON k.student_id = s.student_id
    WHERE NOT EXISTS (
        SELECT FROM later WHERE later.feed_id = last.feed_id AND later.student_id = k.id
        AND later.job_id > last.job_id
    )
)

-- name: schools
-- One step in the index for each, not a look at every student.
WITH RECURSIVE each AS (
    (SELECT school FROM rollbook.student_search ORDER BY school LIMIT 1)
    UNION ALL
    SELECT (SELECT w.school FROM rollbook.student_search w WHERE w.school > each.school
            ORDER BY w.school LIMIT 1)
    FROM each WHERE each.school IS NOT NULL
)
SELECT school FROM each WHERE school <> '' LIMIT %(most)s

-- name: presence
-- Present since the feed first named the student, or named them again.
SELECT d.name, d.is_roster, p.missing_since, coalesce(
    (SELECT max(i.made_at) FROM rollbook.presence_changes c
     JOIN rollbook.import_changes i ON i.job_id = c.job_id
     WHERE c.student_id = p.student_id AND c.missing_since IS NOT NULL
     AND i.feed_id = p.feed_id AND i.is_stored AND i.undone_at IS NULL),
    (SELECT i.made_at FROM rollbook.import_changes i WHERE i.job_id = p.first_job_id)
)
FROM rollbook.feeds d JOIN rollbook.presence p ON p.feed_id = d.id AND p.student_id = %(number)s
ORDER BY p.missing_since NULLS FIRST, d.name

-- name: last_imports
-- Of each feed that names the student, the last import that stored something, but for those of some other
-- students. A feed of tests says of nobody that he is there: it has changed the student.
SELECT max(i.job_id) FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
LEFT JOIN rollbook.import_changes f ON f.job_id = i.job_id
WHERE i.is_stored AND (f.named IS NULL OR %(number)s = ANY (f.named)) AND i.feed_id IN (
    SELECT feed_id FROM rollbook.presence WHERE student_id = %(number)s
    UNION SELECT r.feed_id FROM rollbook.student_changes c
    JOIN rollbook.import_changes r ON r.job_id = c.job_id
    WHERE c.student_id = %(number)s AND r.is_stored
) GROUP BY i.feed_id ORDER BY 1 DESC
