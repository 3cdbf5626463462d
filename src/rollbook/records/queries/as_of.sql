-- Of which moment the values of one student are.

-- name: brought
-- Of each field the last import that brought it of the student, whether or not it changed anything.
-- A roster's file has named everyone who is not missing, a fix-it file only those in it. Of another feed's file, such as one of tests,
-- it is only known which students an import has changed.
SELECT DISTINCT ON (f.name) f.name, d.id, last.made_at, p.missing_since IS NOT NULL
FROM unnest(%(fields)s::text[]) f(name)
CROSS JOIN rollbook.feeds d
LEFT JOIN rollbook.presence p ON p.feed_id = d.id AND p.student_id = %(number)s
CROSS JOIN LATERAL (
    SELECT i.made_at FROM rollbook.import_changes i
    WHERE i.feed_id = d.id AND i.is_stored AND i.undone_at IS NULL AND f.name = ANY (i.fields)
    AND (
        d.is_roster AND p.student_id IS NOT NULL AND (p.missing_since IS NULL OR i.made_at < p.missing_since)
        AND (i.named IS NULL OR %(number)s = ANY (i.named))
        OR i.job_id IN (SELECT job_id FROM rollbook.student_changes WHERE student_id = %(number)s)
    )
    ORDER BY i.id DESC LIMIT 1
) last
ORDER BY f.name, last.made_at DESC

-- name: old
-- The same for many students, and of what is old alone (migrations/old_values.sql).
SELECT student_id, names FROM rollbook.list_old_values(%(before)s, %(numbers)s::integer[])
