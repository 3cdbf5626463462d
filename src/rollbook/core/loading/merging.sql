-- Merging: what is written, and who is missing; in the order in which it runs.
-- Table names are qualified, as in judging.sql.

-- name: create_targets
-- Whose each row to be merged is, and whose values changed.
CREATE TEMPORARY TABLE targets (row_number integer, student integer, is_new boolean) ON COMMIT DROP

-- name: create_touched
-- Known students with something to write; a student may be here twice.
CREATE TEMPORARY TABLE touched (student integer) ON COMMIT DROP

-- name: insert_students
-- New students, in the order of the file.
WITH made AS (
    INSERT INTO public.students (student_id, created_at, updated_at {columns})
    SELECT j.given_id, %(now)s, %(now)s {values}
    FROM pg_temp.judged j JOIN pg_temp.staged s ON s.row_number = j.row_number
    WHERE j.code IS NULL AND j.student IS NULL
    ORDER BY j.row_number
    RETURNING id, student_id
)
INSERT INTO pg_temp.targets
SELECT j.row_number, made.id, true
FROM made JOIN pg_temp.judged j ON j.given_id = made.student_id
WHERE j.code IS NULL AND j.student IS NULL

-- name: target_known
-- The rows of known students.
INSERT INTO pg_temp.targets
SELECT row_number, student, false FROM pg_temp.judged WHERE code IS NULL AND student IS NOT NULL

-- name: analyze_targets
-- As for staged.
ANALYZE pg_temp.targets

-- name: find_changed
-- The known students with a changed value or without data, and where in the staging table it is:
-- looked for once, then counted, recorded and written. Staged rows are wide, and few change.
CREATE TEMPORARY TABLE changed ON COMMIT DROP AS
SELECT * FROM (
    SELECT s.ctid AS staged_at, t.student,
           ({students_differ}) AS in_students,
           ({snapshots_differ}) OR n.student_id IS NULL AS in_snapshots
    FROM pg_temp.targets t
    JOIN pg_temp.staged s ON s.row_number = t.row_number
    JOIN public.students k ON k.id = t.student
    LEFT JOIN public.student_data_snapshots n ON n.student_id = t.student
    WHERE NOT t.is_new
) compared
WHERE in_students OR in_snapshots

-- name: analyze_changed
-- As for staged.
ANALYZE pg_temp.changed

-- name: count_identities
-- How many known students would become others, by kind; before anything of them is written.
SELECT (SELECT count(*) FROM pg_temp.targets WHERE NOT is_new),
       (SELECT count(*) FROM pg_temp.targets WHERE is_new),
       (SELECT count(*) FROM public.students), {counts}
FROM pg_temp.changed c
JOIN pg_temp.staged s ON s.ctid = c.staged_at
JOIN public.students k ON k.id = c.student
LEFT JOIN public.student_data_snapshots n ON n.student_id = c.student

-- name: find_renamed
-- Known students with data both of whose names become others, in the order of the file.
SELECT s.row_number, k.student_id, {values}
FROM pg_temp.changed c
JOIN pg_temp.staged s ON s.ctid = c.staged_at
JOIN public.students k ON k.id = c.student
JOIN public.student_data_snapshots n ON n.student_id = c.student
WHERE {are_others}
ORDER BY s.row_number LIMIT %(most)s

-- name: is_another_text
-- A stored text that becomes another. The costly comparison is for those few that differ by more
-- than case; only a database in UTF-8 can take the accents off.
({stored} <> '' AND {stored} IS DISTINCT FROM {after}
 AND lower({stored}) IS DISTINCT FROM lower({after})
 AND {folded_stored} IS DISTINCT FROM {folded_after})

-- name: folded
-- A text without what is only a matter of writing.
lower(regexp_replace(
    CASE WHEN current_setting('server_encoding') = 'UTF8' THEN normalize({text}, NFKD)
         ELSE {text} END,
    '[\u0300-\u036F\s[:punct:]\u2010-\u2015\u2018-\u201F\u02BB\u02BC]+', '', 'g'))

-- name: is_another_school
-- A stored school of the neighbor that becomes another.
(k.school_id IS NOT NULL AND k.school_id IS DISTINCT FROM {after})

-- name: is_another_grade
-- A stored grade that becomes another; a step up is what happens once a year.
({stored}::text <> '' AND {stored}::text IS DISTINCT FROM {after}::text
 AND ({stored}::text, coalesce({after}::text, '')) {is} ({steps}))

-- name: update_students
-- Known students whose identity or grade differs. A blank never empties the neighbor's columns. The
-- person who wrote the row last is not who wrote these values.
WITH written AS (
    UPDATE public.students k SET updated_at = %(now)s, {by} {assignments}
    FROM pg_temp.changed c JOIN pg_temp.staged s ON s.ctid = c.staged_at
    WHERE k.id = c.student AND c.in_students
    RETURNING k.id
)
INSERT INTO pg_temp.touched SELECT id FROM written

-- name: count_changes
-- How many known students change, and in which fields: first all, then those of each school. A row
-- has no room for so many numbers. Each change is looked at once, and counted more than once.
SELECT grouping(school) = 1, school, count(*), array_to_string(ARRAY[{counts}], ',')
FROM (
    SELECT {school} AS school, {changes}
    FROM pg_temp.changed c
    JOIN pg_temp.staged s ON s.ctid = c.staged_at
    JOIN public.students k ON k.id = c.student
    LEFT JOIN public.student_data_snapshots n ON n.student_id = c.student
    OFFSET 0
) each_student
GROUP BY GROUPING SETS ((), (school))
ORDER BY 1 DESC, 3 DESC
LIMIT 201

-- name: kind
WHEN {before} IS DISTINCT FROM {after}
    THEN CASE WHEN {before} IS NULL THEN 1 WHEN {after} IS NULL THEN 3 ELSE 2 END

-- name: count_new
-- How many students are new: first all, then school by school.
SELECT school, count(*)
FROM (
    SELECT {school} AS school
    FROM pg_temp.targets t JOIN pg_temp.staged s ON s.row_number = t.row_number
    WHERE t.is_new
    OFFSET 0
) new
GROUP BY GROUPING SETS ((), (school))
ORDER BY grouping(school) DESC, 2 DESC
LIMIT 201

-- name: count_unmapped
-- Rows whose school has no usable mapping, and of those the new students': all, then school by school.
SELECT grouping(s.school) = 1, s.school, count(s.school), count(*) FILTER (WHERE t.is_new)
FROM pg_temp.targets t JOIN pg_temp.staged s ON s.row_number = t.row_number
WHERE s.school IS NULL OR s.school <> ALL (%(usable)s::text[])
GROUP BY GROUPING SETS ((), (s.school))
ORDER BY 1 DESC, 3 DESC, 2
LIMIT %(most)s

-- name: update_snapshots
-- Only rows in which a value changes are written.
WITH written AS (
    UPDATE public.student_data_snapshots n
    SET {assignments}, imported_at = %(now)s, import_job_id = %(job_id)s, updated_at = %(now)s
    FROM pg_temp.changed c JOIN pg_temp.staged s ON s.ctid = c.staged_at
    WHERE n.student_id = c.student AND c.in_snapshots
    RETURNING n.student_id
)
INSERT INTO pg_temp.touched SELECT student_id FROM written

-- name: insert_snapshots
-- First snapshots, of new students and of known ones who had none.
WITH made AS (
    INSERT INTO public.student_data_snapshots
        (student_id, imported_at, import_job_id, created_at, updated_at {columns})
    SELECT t.student, %(now)s, %(job_id)s, %(now)s, %(now)s {values}
    FROM pg_temp.targets t JOIN pg_temp.staged s ON s.row_number = t.row_number
    WHERE NOT EXISTS (
        SELECT FROM public.student_data_snapshots n WHERE n.student_id = t.student
    )
    RETURNING student_id
)
INSERT INTO pg_temp.touched
SELECT t.student FROM made JOIN pg_temp.targets t ON t.student = made.student_id
WHERE NOT t.is_new

-- name: stamp_snapshots
-- A change in students alone is a change of the student as well.
UPDATE public.student_data_snapshots n
SET imported_at = %(now)s, import_job_id = %(job_id)s, updated_at = %(now)s
FROM (SELECT DISTINCT student FROM pg_temp.touched) c
WHERE n.student_id = c.student AND n.import_job_id IS DISTINCT FROM %(job_id)s

-- name: count_targets
-- New students, changed students, all students; and how many were let through.
SELECT count(*) FILTER (WHERE is_new), (SELECT count(DISTINCT student) FROM pg_temp.touched),
       count(*), (SELECT count(*) FROM pg_temp.judged WHERE code IS NULL)
FROM pg_temp.targets

-- name: filled
-- Which columns hold a value in a row that is merged.
SELECT {filled} FROM pg_temp.targets t JOIN pg_temp.staged s ON s.row_number = t.row_number

-- name: count_known
-- All students of this feed, and those who were not missing.
SELECT count(*), count(*) FILTER (WHERE missing_since IS NULL)
FROM rollbook.presence WHERE feed_id = %(feed_id)s

-- name: find_seen
-- Every student that the file names, even in a rejected row: invalid is never missing.
CREATE TEMPORARY TABLE seen ON COMMIT DROP AS
WITH rejected AS MATERIALIZED (
    SELECT given_id, ssid, twins FROM pg_temp.judged WHERE code IS NOT NULL
), named AS MATERIALIZED (
    SELECT number FROM pg_temp.mentioned
    UNION SELECT given_id FROM rejected
    UNION SELECT ssid FROM rejected
), bare AS MATERIALIZED (
    SELECT DISTINCT ltrim(number, '0') AS number FROM named WHERE number IS NOT NULL
)
SELECT student FROM pg_temp.targets
UNION SELECT unnest(twins) FROM rejected
UNION SELECT k.id FROM public.students k JOIN bare ON ltrim(k.student_id, '0') = bare.number
UNION SELECT k.id FROM public.students k JOIN bare ON ltrim(k.ssid, '0') = bare.number

-- name: index_seen
-- Whatever the planner believes of presence, looking a student up must not read all of seen.
CREATE UNIQUE INDEX ON pg_temp.seen (student)

-- name: analyze_seen
-- As for staged.
ANALYZE pg_temp.seen

-- name: count_roster
-- Students that the file names, by school and by grade, as they would be after the import.
SELECT grouping(n.school) = 0, coalesce(n.school, n.grade, ''), count(*)
FROM pg_temp.seen s JOIN public.student_data_snapshots n ON n.student_id = s.student
GROUP BY GROUPING SETS ((n.school), (n.grade))

-- name: insert_first_presence
-- The first students of a feed; in order, which indexes take faster.
INSERT INTO rollbook.presence (feed_id, student_id, first_job_id)
SELECT %(feed_id)s, student, %(job_id)s FROM pg_temp.seen ORDER BY student

-- name: insert_presence
-- Students that this feed names for the first time; in order, which indexes take faster.
INSERT INTO rollbook.presence (feed_id, student_id, first_job_id)
SELECT %(feed_id)s, s.student, %(job_id)s FROM pg_temp.seen s
WHERE NOT EXISTS (
    SELECT FROM rollbook.presence p WHERE p.feed_id = %(feed_id)s AND p.student_id = s.student
)
ORDER BY s.student

-- name: clear_missing
-- Students who are back.
UPDATE rollbook.presence p SET missing_since = NULL
FROM pg_temp.seen s
WHERE p.feed_id = %(feed_id)s AND p.student_id = s.student AND p.missing_since IS NOT NULL

-- name: mark_missing
-- Students of this feed that the file no longer names.
UPDATE rollbook.presence p SET missing_since = %(now)s
WHERE p.feed_id = %(feed_id)s AND p.missing_since IS NULL
  AND NOT EXISTS (SELECT FROM pg_temp.seen s WHERE s.student = p.student_id)

-- name: count_unnamed
-- Those who would be missing, of a file that may have been cut.
SELECT count(*) FROM rollbook.presence p JOIN public.students k ON k.id = p.student_id
WHERE p.feed_id = %(feed_id)s AND p.missing_since IS NULL
  AND NOT EXISTS (SELECT FROM pg_temp.seen s WHERE s.student = p.student_id)

-- name: forget_deleted
-- Students that another program has deleted: nothing refers to them any more.
DELETE FROM rollbook.presence p
WHERE p.feed_id = %(feed_id)s AND p.missing_since IS NOT NULL
  AND NOT EXISTS (SELECT FROM public.students k WHERE k.id = p.student_id)

-- name: count_missing
-- All who are missing now, and those missing since this import: students that another
-- program has deleted are neither.
SELECT count(*), count(*) FILTER (WHERE missing_since = %(now)s)
FROM rollbook.presence WHERE feed_id = %(feed_id)s AND missing_since IS NOT NULL
