-- Undoing an import by its change record, in the order in which it runs. What a later import or another
-- hand has changed since stays.

-- name: recorded_import
-- The import's own record, and whether its values before are still there.
SELECT id, feed_id, fields, is_compact, undone_at IS NOT NULL FROM rollbook.import_changes
WHERE job_id = %(job_id)s AND is_stored FOR UPDATE

-- name: column_types
-- The columns of both tables as they are now: a term may have been removed since.
SELECT CASE attrelid WHEN 'public.students'::regclass THEN 'students.' ELSE '' END || attname,
       format_type(atttypid, atttypmod)
FROM pg_catalog.pg_attribute
WHERE attrelid IN ('public.students'::regclass, 'public.student_data_snapshots'::regclass)
  AND attnum > 0 AND NOT attisdropped

-- name: find_later
-- What later imports changed in the same students.
CREATE TEMPORARY TABLE later ON COMMIT DROP AS
SELECT c.student_id AS student, array_agg(DISTINCT f.name) AS names
FROM rollbook.import_changes i
JOIN rollbook.student_changes c ON c.job_id = i.job_id
CROSS JOIN LATERAL unnest(i.fields, c.before, c.after) AS f(name, before, after)
WHERE i.id > %(id)s AND i.is_stored AND i.undone_at IS NULL
  AND f.before IS DISTINCT FROM f.after
  AND EXISTS (SELECT FROM rollbook.student_changes mine
              WHERE mine.job_id = %(job_id)s AND mine.student_id = c.student_id)
GROUP BY c.student_id

-- name: find_undoing
-- Each student of the import. `ours` has a place for each field: true where the value is still the
-- import's, false where it is not, nothing where the import did not change it. Who wrote last is
-- told by the time: an import's, or an undo's.
CREATE TEMPORARY TABLE undoing ON COMMIT DROP AS
SELECT c.student_id AS student, c.is_new, c.had_data, c.before, c.imported_at, c.import_job_id,
       coalesce(l.names, '{{}}') AS later, coalesce(p.fields, '{{}}') AS protected,
       ARRAY[{ours}]::boolean[] AS ours,
       k.updated_at IN (SELECT at FROM pg_temp.moments) AS is_student_untouched,
       n.student_id IS NULL OR n.updated_at IN (SELECT at FROM pg_temp.moments) AS is_data_untouched,
       false AS is_ssid_taken, false AS is_referred_to, false AS is_perhaps_referred_to, NULL::text AS why
FROM rollbook.student_changes c
JOIN public.students k ON k.id = c.student_id
LEFT JOIN public.student_data_snapshots n ON n.student_id = c.student_id
LEFT JOIN pg_temp.later l ON l.student = c.student_id
LEFT JOIN (
    SELECT student_id, array_agg(field) AS fields FROM rollbook.protected_values
    WHERE ended_at IS NULL GROUP BY 1
) p ON p.student_id = c.student_id
WHERE c.job_id = %(job_id)s

-- name: find_moments
-- When this import was written, and those that were undone, and when that was: both tables keep UTC
-- without a zone.
CREATE TEMPORARY TABLE moments ON COMMIT DROP AS
SELECT made_at AT TIME ZONE 'UTC' AS at FROM rollbook.import_changes
WHERE job_id = %(job_id)s OR undone_at IS NOT NULL
UNION SELECT undone_at AT TIME ZONE 'UTC' FROM rollbook.import_changes WHERE undone_at IS NOT NULL

-- name: index_undoing
CREATE UNIQUE INDEX ON pg_temp.undoing (student)

-- name: references_to_students
-- What refers to students, in any schema: the table, its columns, the columns of students that they
-- are, and whether we may look. Our own snapshots go with the student.
SELECT n.nspname, c.relname,
       ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
             ORDER BY u.place)::text[],
       ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number
             ORDER BY u.place)::text[],
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND k.confrelid = 'public.students'::regclass AND k.conparentid = 0
  AND k.conrelid <> 'public.student_data_snapshots'::regclass

-- name: note_referred_to
UPDATE pg_temp.undoing u SET is_referred_to = true
FROM public.students k
WHERE u.is_new AND k.id = u.student AND EXISTS (SELECT FROM {table} r WHERE {condition})

-- name: note_perhaps_referred_to
-- A table that we may not read: nobody can say of a student that nothing refers to it.
UPDATE pg_temp.undoing SET is_perhaps_referred_to = true WHERE is_new

-- name: note_why_kept
-- Why a student that the import created is not removed; nothing where it is.
UPDATE pg_temp.undoing SET why = CASE
    WHEN protected <> '{{}}' THEN 'protected'
    WHEN later <> '{{}}' THEN 'later_import'
    WHEN NOT (is_student_untouched AND is_data_untouched) OR false = ANY (ours) THEN 'other_hand'
    WHEN is_referred_to THEN 'referred_to'
    WHEN NOT (has_table_privilege('public.students', 'DELETE')
              AND has_table_privilege('public.student_data_snapshots', 'DELETE'))
        THEN 'may_not_delete'
    WHEN is_perhaps_referred_to THEN 'may_not_look' END
WHERE is_new

-- name: may_delete
-- Of our data, and of students too. A statement that deletes is refused to others whatever it would find.
SELECT has_table_privilege('public.student_data_snapshots', 'DELETE'),
       has_table_privilege('public.student_data_snapshots', 'DELETE')
       AND has_table_privilege('public.students', 'DELETE')

-- name: note_taken_ssids
-- Another student has the SSID by now, and keeps it: no two may have one.
UPDATE pg_temp.undoing u SET is_ssid_taken = true, {assignments}
FROM public.students o
WHERE NOT u.is_new AND u.ours[{place}] AND o.ssid = u.before[{place}] AND o.id <> u.student
  AND NOT EXISTS (
    SELECT FROM pg_temp.undoing r
    WHERE r.student = o.id AND CASE WHEN r.is_new THEN r.why IS NULL ELSE r.ours[{place}] END
  )

-- name: not_ours
ours[{place}] = CASE WHEN u.ours[{place}] IS NOT NULL THEN false END

-- name: find_values
-- The values of known students, one for a field that is in both tables.
CREATE TEMPORARY TABLE undone_values ON COMMIT DROP AS
SELECT u.student, regexp_replace(f.name, '^students[.]', '') AS field, bool_and(f.is_ours) AS is_ours,
       bool_or(f.name = ANY (u.later)) AS is_later, bool_or(f.name <> ALL (%(there)s)) AS is_gone,
       bool_or(regexp_replace(f.name, '^students[.]', '') = ANY (u.protected)) AS is_protected,
       bool_or(u.is_ssid_taken AND regexp_replace(f.name, '^students[.]', '') = 'ssid') AS is_taken
FROM pg_temp.undoing u
CROSS JOIN LATERAL unnest(%(fields)s::text[], u.ours) AS f(name, is_ours)
WHERE NOT u.is_new AND f.is_ours IS NOT NULL
GROUP BY 1, 2

-- name: count_undone
SELECT (SELECT count(*) FROM pg_temp.undoing WHERE is_new AND why IS NULL),
       (SELECT count(*) FROM pg_temp.undoing WHERE why IS NOT NULL),
       count(*) FILTER (WHERE is_ours), count(*) FILTER (WHERE NOT is_ours)
FROM pg_temp.undone_values

-- name: note_kept
INSERT INTO rollbook.undo_kept (job_id, student_id, field, why)
SELECT %(job_id)s, student, NULL, why FROM pg_temp.undoing WHERE why IS NOT NULL
UNION ALL
SELECT %(job_id)s, student, field, CASE
    WHEN is_gone THEN 'column_gone' WHEN is_protected THEN 'protected' WHEN is_later THEN 'later_import'
    WHEN is_taken THEN 'ssid_taken' ELSE 'other_hand' END
FROM pg_temp.undone_values WHERE NOT is_ours

-- name: restore_students
UPDATE public.students k SET updated_at = %(now)s, {by} {assignments}
FROM pg_temp.undoing u WHERE k.id = u.student AND NOT u.is_new AND ({is_any})

-- name: drop_first_data
-- The first data of known students: there was none before.
DELETE FROM public.student_data_snapshots n USING pg_temp.undoing u
WHERE n.student_id = u.student AND NOT u.is_new AND NOT u.had_data AND u.is_data_untouched
  AND u.later = '{{}}' AND (false = ANY (u.ours)) IS NOT TRUE

-- name: restore_snapshots
-- The data say again from which import they are, unless a later one has written them.
UPDATE public.student_data_snapshots n
SET {assignments} updated_at = %(now)s,
    imported_at = CASE WHEN n.import_job_id = %(job_id)s
        THEN coalesce(u.imported_at, n.imported_at) ELSE n.imported_at END,
    import_job_id = CASE WHEN n.import_job_id = %(job_id)s
        THEN (SELECT j.id FROM public.jobs j WHERE j.id = u.import_job_id)
        ELSE n.import_job_id END
FROM pg_temp.undoing u
WHERE n.student_id = u.student AND NOT u.is_new
  AND (true = ANY (u.ours) OR n.import_job_id = %(job_id)s)

-- name: remove_data
DELETE FROM public.student_data_snapshots n USING pg_temp.undoing u
WHERE n.student_id = u.student AND u.is_new AND u.why IS NULL

-- name: remove_presence
DELETE FROM rollbook.presence p USING pg_temp.undoing u
WHERE p.student_id = u.student AND u.is_new AND u.why IS NULL

-- name: remove_students
DELETE FROM public.students k USING pg_temp.undoing u
WHERE k.id = u.student AND u.is_new AND u.why IS NULL

-- name: count_left
-- Students who should be gone, and are not: another program's rule has kept them.
SELECT count(*) FROM public.students k JOIN pg_temp.undoing u ON u.student = k.id
WHERE u.is_new AND u.why IS NULL

-- name: note_undone
UPDATE rollbook.import_changes SET undone_at = %(now)s WHERE job_id = %(job_id)s

-- name: protect_again
-- Protections that ended because the import's file agreed; not where a later hand or import has
-- stored another value since, which nobody has decided to keep.
UPDATE rollbook.protected_values p SET ended_at = NULL, why_ended = NULL, ended_job_id = NULL
FROM public.students k LEFT JOIN public.student_data_snapshots n ON n.student_id = k.id
WHERE k.id = p.student_id AND p.ended_job_id = %(job_id)s AND p.why_ended = 'agreed'
  AND p.value IS NOT DISTINCT FROM coalesce(to_jsonb(n) ->> p.field, to_jsonb(k) ->> p.field)
  AND NOT EXISTS (
    SELECT FROM rollbook.protected_values o
    WHERE o.student_id = p.student_id AND o.field = p.field AND o.ended_at IS NULL
)

-- name: forget_temporary
-- Another import may be undone in the same transaction.
DROP TABLE pg_temp.later, pg_temp.moments, pg_temp.undoing, pg_temp.undone_values, pg_temp.next_change
