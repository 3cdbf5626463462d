-- Undoing what an import said of who is in its feed's file: as if it had never been.

-- name: find_following
-- The later imports of the feed that were not undone, up to the first one of a file of all students.
CREATE TEMPORARY TABLE following ON COMMIT DROP AS
SELECT id, job_id, made_at, named FROM rollbook.import_changes
WHERE feed_id = %(feed_id)s AND id > %(id)s AND is_stored AND undone_at IS NULL
  AND id <= coalesce((
    SELECT min(id) FROM rollbook.import_changes
    WHERE feed_id = %(feed_id)s AND id > %(id)s AND is_stored AND undone_at IS NULL AND named IS NULL
  ), id)

-- name: find_passed_on
-- The students that this import found missing, back (then `mine` is since when they had been missing) or for the
-- first time; the next import of the feed that was not undone and says something of them, which a file of some
-- students does not of all others; and whether it found another change. `moved`: since when they are missing,
-- where that is this import's word, or the next one's beside it.
CREATE TEMPORARY TABLE passed_on ON COMMIT DROP AS
SELECT m.student, m.was_first, m.mine, next.job_id AS next_id, n.job_id IS NOT NULL AS is_in_next,
       CASE WHEN m.was_first OR next.job_id IS NULL THEN NULL
            WHEN n.job_id IS NULL AND m.mine IS NULL THEN i.made_at
            WHEN n.job_id IS NOT NULL AND m.mine IS NOT NULL THEN next.made_at
       END AS moved_from,
       CASE WHEN n.job_id IS NULL THEN next.made_at ELSE m.mine END AS moved_to
FROM rollbook.import_changes i
CROSS JOIN LATERAL (
    SELECT c.student_id AS student, false AS was_first, c.missing_since AS mine
    FROM rollbook.presence_changes c WHERE c.job_id = i.job_id
    UNION ALL
    SELECT p.student_id, true, NULL FROM rollbook.presence p
    WHERE p.feed_id = i.feed_id AND p.first_job_id = i.job_id
) m
LEFT JOIN LATERAL (
    SELECT f.job_id, f.made_at FROM pg_temp.following f
    WHERE f.named IS NULL OR m.student = ANY (f.named) ORDER BY f.id LIMIT 1
) next ON true
LEFT JOIN rollbook.presence_changes n ON n.job_id = next.job_id AND n.student_id = m.student
WHERE i.job_id = %(job_id)s

-- name: restore_presence
-- No later import says anything of them.
UPDATE rollbook.presence p SET missing_since = o.mine FROM pg_temp.passed_on o
WHERE o.next_id IS NULL AND NOT o.was_first AND p.feed_id = %(feed_id)s AND p.student_id = o.student

-- name: drop_cancelled
-- Missing and then back, back and then missing: neither happened.
DELETE FROM rollbook.presence_changes c USING pg_temp.passed_on o
WHERE c.job_id = o.next_id AND c.student_id = o.student

-- name: pass_on
-- What the next import found unchanged is now its word.
INSERT INTO rollbook.presence_changes (job_id, student_id, missing_since)
SELECT next_id, student, mine FROM pg_temp.passed_on
WHERE next_id IS NOT NULL AND NOT is_in_next AND NOT was_first

-- name: move_missing_since
UPDATE rollbook.presence p SET missing_since = o.moved_to FROM pg_temp.passed_on o
WHERE p.feed_id = %(feed_id)s AND p.student_id = o.student AND p.missing_since = o.moved_from

-- name: move_back_from
-- The same in the import that found them back.
UPDATE rollbook.presence_changes c SET missing_since = o.moved_to
FROM pg_temp.passed_on o, rollbook.import_changes i
WHERE i.feed_id = %(feed_id)s AND i.id > %(id)s AND i.undone_at IS NULL AND c.job_id = i.job_id
  AND c.job_id <> o.next_id AND c.student_id = o.student AND c.missing_since = o.moved_from

-- name: find_named_first
-- The import that named them first, now that this one has not; nothing where none has.
CREATE TEMPORARY TABLE named_first ON COMMIT DROP AS
SELECT o.student, CASE WHEN NOT o.is_in_next THEN o.next_id ELSE (
    SELECT c.job_id FROM rollbook.presence_changes c
    JOIN rollbook.import_changes i ON i.job_id = c.job_id
    WHERE i.feed_id = %(feed_id)s AND i.id > %(id)s AND i.is_stored AND i.undone_at IS NULL
      AND c.student_id = o.student AND c.missing_since IS NOT NULL ORDER BY i.id LIMIT 1
) END AS job_id
FROM pg_temp.passed_on o WHERE o.was_first

-- name: drop_first_back
-- Who is new in it is not back in it.
DELETE FROM rollbook.presence_changes c USING pg_temp.named_first f
WHERE c.job_id = f.job_id AND c.student_id = f.student

-- name: move_first
UPDATE rollbook.presence p SET first_job_id = f.job_id FROM pg_temp.named_first f
WHERE p.feed_id = %(feed_id)s AND p.student_id = f.student

-- name: forget_unnamed
DELETE FROM rollbook.presence p USING pg_temp.named_first f
WHERE p.feed_id = %(feed_id)s AND p.student_id = f.student AND f.job_id IS NULL

-- name: forget_passed_on
-- Another import may be undone in the same transaction.
DROP TABLE pg_temp.following, pg_temp.passed_on, pg_temp.named_first
