-- Undoing imports.

-- name: lock_feed
-- No import of the feed begins until the end of this transaction, in whatever process.
SELECT pg_try_advisory_xact_lock(%(lock)s, %(feed)s)

-- name: kept
-- What an undo left as it was: whole students first.
SELECT u.student_id, k.student_id, u.field, u.why
FROM rollbook.undo_kept u JOIN public.students k ON k.id = u.student_id
WHERE u.job_id = ANY(%(jobs)s)
ORDER BY u.field NULLS FIRST, k.student_id LIMIT %(limit)s

-- name: reasons
SELECT why, count(*) FROM rollbook.undo_kept WHERE job_id = ANY(%(jobs)s) GROUP BY why ORDER BY 2 DESC, 1

-- name: later
-- What the feed has stored since, the newest first.
SELECT i.job_id FROM rollbook.import_changes i JOIN rollbook.import_changes mine ON mine.job_id = %(job)s
WHERE i.feed_id = mine.feed_id AND i.id > mine.id AND i.is_stored AND i.undone_at IS NULL
ORDER BY i.id DESC

-- name: presence
-- Of the students that these imports of a roster feed found missing, or back: how many are active again without them, and
-- how many missing again. What they were before the first of them counts. Not where another import speaks of them since,
-- where another roster has them, or where these imports named them first.
SELECT count(*) FILTER (WHERE o.since IS NULL AND p.missing_since IS NOT NULL),
       count(*) FILTER (WHERE o.since IS NOT NULL AND p.missing_since IS NULL)
FROM (
    SELECT DISTINCT ON (c.student_id) c.student_id AS student, c.missing_since AS since, i.feed_id AS feed, i.id
    FROM rollbook.import_changes i JOIN rollbook.presence_changes c ON c.job_id = i.job_id
    WHERE i.job_id = ANY(%(jobs)s) AND i.is_stored ORDER BY c.student_id, i.id
) o
JOIN rollbook.feeds d ON d.id = o.feed AND d.is_roster AND d.removed_at IS NULL
JOIN rollbook.presence p ON p.feed_id = o.feed AND p.student_id = o.student
WHERE coalesce(p.first_job_id, 0) <> ALL(%(jobs)s)
  AND (d.host <> '' OR NOT EXISTS (
    SELECT FROM rollbook.feeds s JOIN rollbook.presence t ON t.feed_id = s.id
    WHERE s.is_roster AND s.removed_at IS NULL AND s.host <> ''
  ))
  AND NOT EXISTS (
    SELECT FROM rollbook.import_changes f
    WHERE f.feed_id = o.feed AND f.id > o.id AND f.is_stored AND f.undone_at IS NULL
      AND f.job_id <> ALL(%(jobs)s) AND (f.named IS NULL OR o.student = ANY(f.named))
  )
  AND NOT EXISTS (
    SELECT FROM rollbook.presence q JOIN rollbook.feeds e ON e.id = q.feed_id
    WHERE q.student_id = o.student AND q.feed_id <> o.feed AND q.missing_since IS NULL
      AND e.is_roster AND e.removed_at IS NULL AND (e.host <> '' OR d.host = '')
  )

-- name: fields
-- The fields whose values go back, and of how many students: what the imports changed, but for what stays.
SELECT f.field, count(DISTINCT c.student_id)
FROM rollbook.import_changes i
JOIN rollbook.student_changes c ON c.job_id = i.job_id
CROSS JOIN LATERAL (
    SELECT DISTINCT regexp_replace(u.name, '^students[.]', '') AS field
    FROM unnest(i.fields, c.before, c.after) AS u(name, before, after)
    WHERE u.before IS DISTINCT FROM u.after
) f
WHERE i.job_id = ANY(%(jobs)s) AND NOT i.is_compact AND NOT c.is_new
  AND NOT EXISTS (
    SELECT FROM rollbook.undo_kept k
    WHERE k.job_id = c.job_id AND k.student_id = c.student_id AND k.field = f.field
  )
GROUP BY 1 ORDER BY 2 DESC, 1
