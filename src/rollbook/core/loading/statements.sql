-- The statements of the loading stage, in the order in which they run.
-- Table names are qualified: whatever search_path a caller has, these tables are meant.

-- name: give_room
-- Memory for joins of a whole district, rows looked up as cheaply as they are where they were just
-- written, and no endless waiting behind another program's transaction; for this transaction only.
SELECT set_config('work_mem', '64MB', true), set_config('lock_timeout', '60s', true),
       set_config('random_page_cost', '1.1', true)

-- name: create_staged
-- One row per accepted record of the file.
CREATE TEMPORARY TABLE staged (
    row_number integer NOT NULL,
    {columns}
    repaired smallint NOT NULL,
    refused text[]
) ON COMMIT DROP

-- name: analyze_staged
-- Without statistics the planner takes a million rows for a handful. Only what joins use: sampling
-- all 55 columns took as long as the merge.
ANALYZE pg_temp.staged ({columns})

-- name: lock_students
-- From matching to commit nobody else creates or renumbers a student. Readers are not held up.
LOCK TABLE public.students IN SHARE ROW EXCLUSIVE MODE

-- name: required_columns
-- Which of the columns that a file brings this database demands of a new student.
SELECT attname FROM pg_catalog.pg_attribute
WHERE attrelid = 'public.students'::regclass AND attnotnull AND NOT atthasdef
  AND attname IN ('first_name', 'last_name', 'grade')

-- name: grade_type
-- The type of students.grade and, where it is an enumeration, the grades that it knows.
SELECT n.nspname, t.typname, t.typtype = 'e',
       ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE a.attrelid = 'public.students'::regclass AND a.attname = 'grade'

-- name: match_by_student_id
-- A narrow row per staged row: whose it is, and later (code) why it is not merged.
CREATE TEMPORARY TABLE judged ON COMMIT DROP AS
SELECT s.row_number, {student_id} AS given_id, {ssid} AS ssid, s.repaired,
       k.id AS student, k.ssid AS known_ssid,
       NULL::integer AS holder, 0 AS holders, false AS by_ssid,
       NULL::text AS code, NULL::integer[] AS others, false AS is_grade_unknown
FROM pg_temp.staged s
LEFT JOIN public.students k ON k.student_id = {student_id}

-- name: analyze_judged
-- As for staged.
ANALYZE pg_temp.judged

-- name: find_holders
-- Who has the SSIDs that matching by Student ID did not already confirm.
UPDATE pg_temp.judged j SET holder = h.id, holders = h.holders
FROM (
    SELECT k.ssid, min(k.id) AS id, count(*) AS holders
    FROM public.students k
    WHERE k.ssid IN (SELECT o.ssid FROM pg_temp.judged o WHERE o.ssid IS DISTINCT FROM o.known_ssid)
    GROUP BY k.ssid
) h
WHERE j.ssid = h.ssid AND j.ssid IS DISTINCT FROM j.known_ssid

-- name: find_doubtful
-- Whether any row brings a number that is not the student's own already.
SELECT coalesce(bool_or(student IS NULL OR ssid IS DISTINCT FROM known_ssid), false)
FROM pg_temp.judged

-- name: reject_lost_zeros
-- An identifier that nobody has, but somebody has with other leading zeros: repaired, or of
-- digits alone, whose zeros a spreadsheet program removes from a text file too. Where only digits
-- speak against a row, an SSID that one student has speaks for it, and so do zeros that came back.
UPDATE pg_temp.judged j SET code = 'ID_ZEROS_LOST'
FROM (
    SELECT r.row_number FROM pg_temp.judged r
    JOIN public.students k ON ltrim(k.student_id, '0') = ltrim(r.given_id, '0')
    WHERE r.student IS NULL
      AND (r.repaired & 1 <> 0 OR r.holders = 0 AND r.given_id ~ '^[0-9]+$')
    UNION
    SELECT r.row_number FROM pg_temp.judged r
    JOIN public.students k ON ltrim(k.ssid, '0') = ltrim(r.ssid, '0')
    WHERE r.holders = 0 AND r.ssid IS DISTINCT FROM r.known_ssid
      AND (r.repaired & 2 <> 0 OR r.ssid ~ '^[0-9]+$'
           AND (r.student IS NULL OR length(r.ssid) < length(k.ssid)))
) lost
WHERE j.row_number = lost.row_number

-- name: reject_conflicts
-- The Student ID is one student's, the SSID another's; or nobody can tell whose the SSID is.
UPDATE pg_temp.judged
SET code = CASE WHEN student IS NOT NULL THEN 'ID_CONFLICT' ELSE 'SSID_AMBIGUOUS' END
WHERE code IS NULL AND (student IS NOT NULL AND holders > 0 OR student IS NULL AND holders > 1)

-- name: match_by_ssid
-- Rows whose Student ID is missing or unknown, and whose SSID exactly one student has.
UPDATE pg_temp.judged SET student = holder, by_ssid = true
WHERE code IS NULL AND student IS NULL AND holders = 1

-- name: reject_unknown
-- Rows that would create a student and must not, or cannot for want of a Student ID.
UPDATE pg_temp.judged SET code = 'STUDENT_UNKNOWN'
WHERE code IS NULL AND student IS NULL AND (%(is_refused)s OR given_id IS NULL)

-- name: reject_repaired
-- Identifiers that would be stored for the first time and may have lost zeros.
UPDATE pg_temp.judged SET code = 'ID_REPAIRED'
WHERE code IS NULL AND (
    %(ids_differ)s AND repaired & 1 <> 0 AND student IS NULL
    OR %(ssids_differ)s AND repaired & 2 <> 0 AND NOT by_ssid AND ssid IS DISTINCT FROM known_ssid
)

-- name: find_repeated
-- Students who stand in more than one row.
CREATE TEMPORARY TABLE repeated ON COMMIT DROP AS
SELECT coalesce(student, 0) AS known, CASE WHEN student IS NULL THEN given_id ELSE '' END AS new,
       min(row_number) AS first_row
FROM pg_temp.judged WHERE code IS NULL
GROUP BY 1, 2 HAVING count(*) > 1

-- name: analyze_repeated
-- As for staged.
ANALYZE pg_temp.repeated

-- name: compare_repeated
-- Each row of a repeated student, and whether it says something else than the first. The join
-- keys are plain equalities, so that a file with thousands of repetitions can be hashed.
CREATE TEMPORARY TABLE compared ON COMMIT DROP AS
SELECT j.row_number, r.first_row, ({later}) IS DISTINCT FROM ({first}) AS differs
FROM pg_temp.repeated r
JOIN pg_temp.judged j
  ON j.code IS NULL AND coalesce(j.student, 0) = r.known
 AND CASE WHEN j.student IS NULL THEN j.given_id ELSE '' END = r.new
JOIN pg_temp.staged s ON s.row_number = j.row_number
JOIN pg_temp.staged f ON f.row_number = r.first_row

-- name: reject_repeated
-- Identical rows count once; differing rows are all rejected and name the first of the others.
UPDATE pg_temp.judged j
SET code = CASE WHEN g.differ THEN 'DUPLICATE_STUDENT' ELSE 'DUPLICATE_ROW' END, others = g.rows
FROM pg_temp.compared c
JOIN (
    SELECT first_row, bool_or(differs) AS differ,
           (array_agg(row_number ORDER BY row_number))[1:6] AS rows
    FROM pg_temp.compared GROUP BY first_row
) g ON g.first_row = c.first_row
WHERE j.row_number = c.row_number AND (g.differ OR c.row_number <> c.first_row)

-- name: reject_shared_ssids
-- Different students of the file who would all get one SSID that was nobody's.
UPDATE pg_temp.judged j SET code = 'SSID_SHARED', others = g.rows
FROM (
    SELECT ssid, (array_agg(row_number ORDER BY row_number))[1:6] AS rows
    FROM pg_temp.judged
    WHERE code IS NULL AND NOT by_ssid AND ssid IS DISTINCT FROM known_ssid
    GROUP BY ssid HAVING ssid IS NOT NULL AND count(*) > 1
) g
WHERE j.ssid = g.ssid AND j.code IS NULL AND NOT j.by_ssid
  AND j.ssid IS DISTINCT FROM j.known_ssid

-- name: reject_incomplete
-- New students who lack what this database demands.
UPDATE pg_temp.judged j SET code = 'STUDENT_INCOMPLETE'
FROM pg_temp.staged s
WHERE s.row_number = j.row_number AND j.code IS NULL AND j.student IS NULL AND ({lacks})

-- name: find_unknown_grades
-- Known students whose grade the neighbour's enumeration does not know.
UPDATE pg_temp.judged j SET is_grade_unknown = true
FROM pg_temp.staged s
WHERE s.row_number = j.row_number AND j.code IS NULL AND j.student IS NOT NULL
  AND s.grade <> ALL (%(grades)s::text[])

-- name: judgements
-- What is to be said of rows, in the order of the file.
SELECT j.row_number, j.given_id, j.ssid, j.known_ssid, k.student_id, j.code, j.others, j.by_ssid,
       j.code IS NULL AND NOT j.by_ssid AND j.ssid <> j.known_ssid AS is_ssid_changed,
       j.is_grade_unknown
FROM pg_temp.judged j
LEFT JOIN public.students k ON k.id = j.student
WHERE j.code IS NOT NULL OR j.by_ssid OR j.is_grade_unknown OR j.ssid <> j.known_ssid
ORDER BY j.row_number

-- name: create_targets
-- Whose each row to be merged is, and whose values changed.
CREATE TEMPORARY TABLE targets (row_number integer, student integer, is_new boolean) ON COMMIT DROP

-- name: create_touched
-- Known students of whom something is written; a student may stand here twice.
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
-- The known students of whom a value changes, and where in the staging table it stands: looked for
-- once, then counted and written. Staged rows are wide, and few change.
CREATE TEMPORARY TABLE changed ON COMMIT DROP AS
SELECT * FROM (
    SELECT s.ctid AS staged_at, t.student,
           ({students_differ}) AS in_students, ({snapshots_differ}) AS in_snapshots
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

-- name: update_students
-- Known students whose identity or grade differs. A blank never empties the neighbour's columns.
WITH written AS (
    UPDATE public.students k SET updated_at = %(now)s, {assignments}
    FROM pg_temp.changed c JOIN pg_temp.staged s ON s.ctid = c.staged_at
    WHERE k.id = c.student AND c.in_students
    RETURNING k.id
)
INSERT INTO pg_temp.touched SELECT id FROM written

-- name: count_changes
-- How many known students change, and in which fields: first all, then those of each school.
SELECT grouping(school) = 1, school, count(*), {counts}
FROM (
    SELECT {school} AS school, {changes}
    FROM pg_temp.changed c
    JOIN pg_temp.staged s ON s.ctid = c.staged_at
    LEFT JOIN public.student_data_snapshots n ON n.student_id = c.student
    WHERE c.in_snapshots
) each_student
GROUP BY GROUPING SETS ((), (school))
ORDER BY 1 DESC, 3 DESC
LIMIT 201

-- name: count_new
-- How many students are new, school by school.
SELECT {school}, count(*)
FROM pg_temp.targets t JOIN pg_temp.staged s ON s.row_number = t.row_number
WHERE t.is_new
GROUP BY 1 ORDER BY 2 DESC LIMIT 200

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
-- New students, changed students, all students.
SELECT count(*) FILTER (WHERE is_new), (SELECT count(DISTINCT student) FROM pg_temp.touched),
       count(*)
FROM pg_temp.targets

-- name: count_known
-- All students of this feed, and those who were not missing.
SELECT count(*), count(*) FILTER (WHERE missing_since IS NULL)
FROM rollbook.presence WHERE feed_id = %(feed_id)s

-- name: create_mentioned
-- What stands in rejected rows where an identifier may be.
CREATE TEMPORARY TABLE mentioned (number text) ON COMMIT DROP

-- name: find_seen
-- Every student whom the file names, be it in a rejected row: invalid is never missing.
CREATE TEMPORARY TABLE seen ON COMMIT DROP AS
WITH named AS MATERIALIZED (
    SELECT number FROM pg_temp.mentioned
    UNION SELECT given_id FROM pg_temp.judged WHERE code IS NOT NULL
    UNION SELECT ssid FROM pg_temp.judged WHERE code IS NOT NULL
), bare AS MATERIALIZED (
    SELECT DISTINCT ltrim(number, '0') AS number FROM named WHERE number IS NOT NULL
)
SELECT student FROM pg_temp.targets
UNION SELECT k.id FROM public.students k JOIN bare ON ltrim(k.student_id, '0') = bare.number
UNION SELECT k.id FROM public.students k JOIN bare ON ltrim(k.ssid, '0') = bare.number

-- name: index_seen
-- Whatever the planner believes of presence, looking a student up must not read all of seen.
CREATE UNIQUE INDEX ON pg_temp.seen (student)

-- name: analyze_seen
-- As for staged.
ANALYZE pg_temp.seen

-- name: count_roster
-- Students whom the file names, by school and by grade, as they would stand after the import.
SELECT grouping(n.school) = 0, coalesce(n.school, n.grade, ''), count(*)
FROM pg_temp.seen s JOIN public.student_data_snapshots n ON n.student_id = s.student
GROUP BY GROUPING SETS ((n.school), (n.grade))

-- name: insert_first_presence
-- The first students of a feed; in order, which indexes take faster.
INSERT INTO rollbook.presence (feed_id, student_id)
SELECT %(feed_id)s, student FROM pg_temp.seen ORDER BY student

-- name: insert_presence
-- Students whom this feed names for the first time; in order, which indexes take faster.
INSERT INTO rollbook.presence (feed_id, student_id)
SELECT %(feed_id)s, s.student FROM pg_temp.seen s
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
-- Students of this feed whom the file no longer names.
UPDATE rollbook.presence p SET missing_since = %(now)s
WHERE p.feed_id = %(feed_id)s AND p.missing_since IS NULL
  AND NOT EXISTS (SELECT FROM pg_temp.seen s WHERE s.student = p.student_id)

-- name: forget_deleted
-- Students whom another program has deleted: nothing refers to them any more.
DELETE FROM rollbook.presence p
WHERE p.feed_id = %(feed_id)s AND p.missing_since IS NOT NULL
  AND NOT EXISTS (SELECT FROM public.students k WHERE k.id = p.student_id)

-- name: count_missing
-- All who are missing now, since whenever.
SELECT count(*) FROM rollbook.presence WHERE feed_id = %(feed_id)s AND missing_since IS NOT NULL
