-- Staging and judging: whose each row is, and which are not merged; in the order in which they run.
-- Table names are qualified: whatever search_path a caller has, these tables are meant.

-- name: give_room
-- Memory for joins of a whole district, rows looked up as cheaply as they are where they were just
-- written, no endless waiting behind another program's transaction, and an error where row security
-- would hide students, who would then be created twice; for this transaction only.
SELECT set_config('work_mem', '64MB', true), set_config('lock_timeout', '60s', true),
       set_config('random_page_cost', '1.1', true), set_config('row_security', 'off', true)

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
-- From matching to commit no other program creates or renumbers a student. Readers are not held up.
LOCK TABLE public.students IN SHARE ROW EXCLUSIVE MODE

-- name: create_mentioned
-- The texts in identifier columns of rows that validation rejected.
CREATE TEMPORARY TABLE mentioned (row_number integer, number text) ON COMMIT DROP

-- name: analyze_mentioned
-- As for staged.
ANALYZE pg_temp.mentioned

-- name: match_by_student_id
-- A narrow row per staged row: whose it is, and later (code) why it is not merged.
CREATE TEMPORARY TABLE judged ON COMMIT DROP AS
SELECT s.row_number, {student_id} AS given_id, {ssid} AS ssid, s.repaired,
       k.id AS student, k.ssid AS known_ssid,
       NULL::integer AS holder, 0 AS holders, false AS is_ssid_alike, false AS by_ssid,
       NULL::integer[] AS twins, false AS is_key_same, false AS is_stored_short, false AS by_key,
       NULL::text AS code, NULL::integer[] AS others, NULL::text AS unknown_grade,
       NULL::text[] AS lacking
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

-- name: find_holders_alike
-- Who has the SSIDs that no student has to the letter in another writing. Of two numbers of digits
-- alone there is none. A student's own SSID in another writing is no other student's.
UPDATE pg_temp.judged j SET holder = h.id, holders = h.holders, is_ssid_alike = true
FROM (
    SELECT r.row_number, min(k.id) AS id, count(*) AS holders
    FROM (
        SELECT row_number, ssid, {given_key} AS key FROM pg_temp.judged
        WHERE holders = 0 AND ssid IS DISTINCT FROM known_ssid
          AND {known_key} IS DISTINCT FROM {given_key}
    ) r
    JOIN public.students k ON {stored_key} = r.key
    WHERE r.key <> '' AND NOT (r.ssid ~ '^[0-9]+$' AND k.ssid ~ '^[0-9]+$')
    GROUP BY r.row_number
) h
WHERE j.row_number = h.row_number

-- name: reject_cut_identifier
-- The identifier with which the file ends, perhaps too early: no student has it, but one has a
-- longer one that begins so.
UPDATE pg_temp.judged j SET code = 'ID_CUT_OFF'
WHERE j.row_number = %(row)s
  AND CASE WHEN %(is_ssid)s THEN j.holders = 0 AND j.ssid IS DISTINCT FROM j.known_ssid
      ELSE j.student IS NULL END
  AND EXISTS (
    SELECT FROM public.students k
    WHERE CASE WHEN %(is_ssid)s
          THEN starts_with(k.ssid, j.ssid) AND k.ssid <> j.ssid
          ELSE starts_with(k.student_id, j.given_id) AND k.student_id <> j.given_id END
  )

-- name: find_doubtful
-- Whether any row brings a number that is not the student's own already, whether any has found no
-- student, and whether any of those is grouped alone.
SELECT bool_or(student IS NULL OR ssid IS DISTINCT FROM known_ssid), bool_or(student IS NULL),
       bool_or(student IS NULL AND ssid IS NULL)
FROM pg_temp.judged

-- name: reject_lost_ssid_zeros
-- As for Student IDs (twins.sql); zeros that came back speak for a row.
UPDATE pg_temp.judged j
SET code = 'ID_ZEROS_LOST', twins = lost.twins, is_stored_short = lost.is_stored_short
FROM (
    SELECT r.row_number, array_agg(k.id) AS twins,
           bool_and(length(k.ssid) < length(r.ssid)) AS is_stored_short
    FROM pg_temp.judged r
    JOIN public.students k ON ltrim(k.ssid, '0') = ltrim(r.ssid, '0')
    WHERE r.holders = 0 AND r.ssid IS DISTINCT FROM r.known_ssid
      AND (r.repaired & 2 <> 0 OR r.ssid ~ '^[0-9]+$'
           AND (r.student IS NULL OR length(r.ssid) < length(k.ssid)))
    GROUP BY r.row_number
) lost
WHERE j.code IS NULL AND j.row_number = lost.row_number

-- name: reject_conflicts
-- The Student ID is one student's, the SSID another's; or it is unknown whose the SSID is.
UPDATE pg_temp.judged
SET code = CASE WHEN student IS NOT NULL THEN 'ID_CONFLICT' ELSE 'SSID_AMBIGUOUS' END
WHERE code IS NULL AND (student IS NOT NULL AND holders > 0 OR student IS NULL AND holders > 1)

-- name: reject_ssid_twins
-- The SSID is a known one in another writing, and the names do not make sure that it is the same
-- student.
UPDATE pg_temp.judged j SET code = 'ID_TWIN', twins = ARRAY[holder]
WHERE code IS NULL AND student IS NULL AND holders = 1 AND is_ssid_alike
  AND NOT EXISTS (
    SELECT FROM public.students k, pg_temp.staged s
    WHERE k.id = j.holder AND s.row_number = j.row_number AND {same_names}
  )

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

-- name: reject_divided
-- One unknown Student ID in rows that their SSIDs give to several students, or partly to none.
UPDATE pg_temp.judged j SET code = 'DUPLICATE_STUDENT', others = g.rows
FROM (
    SELECT given_id, (array_agg(row_number ORDER BY row_number))[1:7] AS rows
    FROM pg_temp.judged
    WHERE given_id IN (SELECT given_id FROM pg_temp.judged WHERE by_ssid OR by_key)
    GROUP BY given_id HAVING min(coalesce(student, 0)) <> max(coalesce(student, 0))
) g
WHERE j.code IS NULL AND j.given_id = g.given_id

-- name: reject_disputed
-- Students named by a row that validation rejected: it might be the right one.
UPDATE pg_temp.judged j SET code = 'STUDENT_DISPUTED', others = g.rows
FROM (
    SELECT n.row_number, (array_agg(DISTINCT m.row_number ORDER BY m.row_number))[1:7] AS rows
    FROM (
        SELECT row_number, given_id AS number FROM pg_temp.judged WHERE code IS NULL
        UNION ALL
        SELECT row_number, ssid FROM pg_temp.judged WHERE code IS NULL
        UNION ALL
        SELECT o.row_number, k.student_id
        FROM pg_temp.judged o JOIN public.students k ON k.id = o.student
        WHERE o.code IS NULL AND (o.by_ssid OR o.by_key)
    ) n
    JOIN pg_temp.mentioned m ON m.number = n.number
    GROUP BY n.row_number
) g
WHERE j.row_number = g.row_number

-- name: find_repeated
-- Students who stand in more than one row. A row that is not merged for another reason speaks
-- against the others all the same; all are compared with the first that would be merged.
CREATE TEMPORARY TABLE repeated ON COMMIT DROP AS
SELECT coalesce(student, 0) AS known, CASE WHEN student IS NULL THEN given_id ELSE '' END AS new,
       min(row_number) FILTER (WHERE code IS NULL) AS first_row
FROM pg_temp.judged
GROUP BY 1, 2 HAVING count(*) > 1 AND bool_or(code IS NULL)

-- name: analyze_repeated
-- As for staged.
ANALYZE pg_temp.repeated

-- name: compare_repeated
-- Each row of a repeated student, and whether it says something else than the first, of the student
-- or only of the enrollment. The join
-- keys are plain equalities, so that a file with thousands of repetitions can be hashed.
CREATE TEMPORARY TABLE compared ON COMMIT DROP AS
SELECT j.row_number, r.first_row, ({later}) IS DISTINCT FROM ({first}) AS differs,
       ({later_person}) IS DISTINCT FROM ({first_person}) AS is_other
FROM pg_temp.repeated r
JOIN pg_temp.judged j
  ON coalesce(j.student, 0) = r.known
 AND CASE WHEN j.student IS NULL THEN j.given_id ELSE '' END = r.new
JOIN pg_temp.staged s ON s.row_number = j.row_number
JOIN pg_temp.staged f ON f.row_number = r.first_row

-- name: reject_repeated
-- Identical rows count once; differing rows are all rejected and name the first of the others.
UPDATE pg_temp.judged j
SET code = CASE WHEN g.are_others THEN 'DUPLICATE_STUDENT'
                WHEN g.differ THEN 'ENROLLED_TWICE' ELSE 'DUPLICATE_ROW' END,
    others = CASE WHEN g.differ THEN g.rows ELSE ARRAY[c.first_row] END
FROM pg_temp.compared c
JOIN (
    SELECT first_row, bool_or(differs) AS differ, bool_or(is_other) AS are_others,
           (array_agg(row_number ORDER BY row_number))[1:7] AS rows
    FROM pg_temp.compared GROUP BY first_row
) g ON g.first_row = c.first_row
WHERE j.row_number = c.row_number AND j.code IS NULL AND (g.differ OR c.row_number <> c.first_row)

-- name: reject_shared_ssids
-- An SSID, in whatever writing, by which a row found its student, or would give him a new one, in rows
-- of different students: those that are not merged included. Repetitions of one row are one student.
UPDATE pg_temp.judged j SET code = 'SSID_SHARED', others = g.rows
FROM (
    SELECT key, (array_agg(row_number ORDER BY row_number))[1:7] AS rows
    FROM (
        SELECT *, {given_key} AS key FROM pg_temp.judged
        WHERE ssid IS DISTINCT FROM known_ssid AND code IS DISTINCT FROM 'DUPLICATE_ROW'
    ) keyed
    GROUP BY key
    HAVING key IS NOT NULL AND count(*) > 1 AND bool_or(code IS NULL)
       AND (min(coalesce(student, 0)) <> max(coalesce(student, 0))
            OR min(coalesce(given_id, '')) <> max(coalesce(given_id, '')))
) g
WHERE {joined_key} = g.key AND j.code IS NULL AND j.ssid IS DISTINCT FROM j.known_ssid

-- name: reject_incomplete
-- New students who lack what this database demands, and what it is.
UPDATE pg_temp.judged j
SET code = 'STUDENT_INCOMPLETE', unknown_grade = {unknown_grade},
    lacking = array_remove(ARRAY[{lacking}]::text[], NULL)
FROM pg_temp.staged s
WHERE s.row_number = j.row_number AND j.code IS NULL AND j.student IS NULL
  AND num_nonnulls({lacking}) > 0

-- name: find_unnamed
-- New students whose names the file has a column for, and leaves blank: which names. What was refused
-- has an issue of its own.
UPDATE pg_temp.judged j SET lacking = array_remove(ARRAY[{lacking}]::text[], NULL)
FROM pg_temp.staged s
WHERE s.row_number = j.row_number AND j.code IS NULL AND j.student IS NULL
  AND num_nonnulls({lacking}) > 0

-- name: find_unnamed_name
CASE WHEN s.{field} IS NULL AND NOT ({name} = ANY (coalesce(s.refused, '{{}}'))) THEN {name} END

-- name: find_unknown_grades
-- Known students whose grade the neighbor's enumeration does not know.
UPDATE pg_temp.judged j SET unknown_grade = s.grade
FROM pg_temp.staged s
WHERE s.row_number = j.row_number AND j.code IS NULL AND j.student IS NOT NULL
  AND s.grade <> ALL (%(grades)s::text[])

-- name: last_cell
-- The value with which the file ends, perhaps too early, and the stored one.
SELECT k.student_id, s.{field}::text, n.{field}::text
FROM pg_temp.staged s
JOIN pg_temp.judged j ON j.row_number = s.row_number
JOIN public.students k ON k.id = j.student
JOIN public.student_data_snapshots n ON n.student_id = k.id
WHERE s.row_number = %(row)s AND j.code IS NULL AND NOT (%(cell)s = ANY (coalesce(s.refused, '{{}}')))

-- name: refuse_last_cell
UPDATE pg_temp.staged SET {field} = NULL, refused = array_append(refused, %(cell)s)
WHERE row_number = %(row)s

-- name: reject_cut_row
UPDATE pg_temp.judged SET code = 'FILE_TRUNCATED' WHERE row_number = %(row)s AND code IS NULL

-- name: judgments
-- The issues of rows, in the order of the file.
SELECT j.row_number, j.given_id, j.ssid, j.known_ssid, k.student_id, j.code, j.others, j.by_ssid,
       j.code IS NULL AND NOT j.by_ssid AND j.ssid <> j.known_ssid AS is_ssid_changed,
       j.unknown_grade, j.by_key, j.is_stored_short,
       ARRAY(SELECT t.student_id::text FROM public.students t
             WHERE t.id = ANY (j.twins[1:5]) ORDER BY t.id) AS twins,
       coalesce(j.lacking, '{{}}') AS lacking
FROM pg_temp.judged j
LEFT JOIN public.students k ON k.id = j.student
WHERE j.code IS NOT NULL OR j.by_ssid OR j.by_key OR j.unknown_grade IS NOT NULL OR j.ssid <> j.known_ssid
   OR j.twins IS NOT NULL OR j.lacking IS NOT NULL
ORDER BY j.row_number

-- name: accented_names
-- Names of the district's students with a letter beyond ASCII, each once.
SELECT name FROM (
    SELECT first_name AS name FROM public.students
    UNION
    SELECT last_name FROM public.students
) AS named
WHERE octet_length(name) <> char_length(name)
ORDER BY name
LIMIT %(most)s

-- name: doubtful_words
-- Examples of words that the last imports were not sure to have read rightly. By the numbers of
-- the jobs, so that the index is used.
SELECT value FROM rollbook.issue_kinds
WHERE code = 'ENCODING_DOUBTFUL' AND value IS NOT NULL AND job_id = ANY (ARRAY(
    SELECT generate_series(last.job - %(jobs)s, last.job)
    FROM (SELECT max(job_id) AS job FROM rollbook.issue_kinds) AS last
))
