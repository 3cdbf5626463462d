-- Twins: two records of one student, under a Student ID that is written differently; in the order in
-- which they run. Table names are qualified, as in judging.sql.

-- name: key_of
-- A Student ID without what is only a matter of writing: letters and digits alone, case folded, the
-- `.0` of a number taken off. Nearly all are digits already, which costs little to see.
(CASE WHEN {number} ~ '^[0-9]+$' THEN {number}
 ELSE lower(regexp_replace({number}, '\.0+[^[:alnum:]]*$|[^[:alnum:]]+', '', 'g')) END)

-- name: bare_key_of
-- Leading zeros count among letters only, as for lost zeros.
(CASE WHEN {key} ~ '^[0-9]+$' THEN ltrim({key}, '0') ELSE {key} END)

-- name: find_alike
-- For each row whose Student ID no student has: the students who have it in another writing, and
-- whether it is the same with its zeros too.
UPDATE pg_temp.judged j
SET twins = a.twins, is_key_same = a.is_key_same, is_stored_short = a.is_stored_short
FROM (
    SELECT r.row_number, array_agg(k.id ORDER BY k.id) AS twins,
           bool_or({stored_key} = r.key) AS is_key_same,
           bool_and(length({stored_key}) < length(r.key)) AS is_stored_short
    FROM (
        SELECT row_number, repaired, {given_key} AS key FROM pg_temp.judged
        WHERE student IS NULL AND given_id IS NOT NULL
    ) r
    JOIN public.students k ON ltrim({stored_key}, '0') = ltrim(r.key, '0')
    WHERE r.key <> ''
      AND ({stored_key} = r.key
           OR {stored_key} <> '' AND (r.repaired & 1 <> 0 OR r.key ~ '^[0-9]+$'))
    GROUP BY r.row_number
) a
WHERE j.row_number = a.row_number

-- name: reject_lost_zeros
-- The same number but for zeros: repaired, or of digits alone, whose zeros a spreadsheet program
-- removes from a text file too. Where only digits speak against a row, an SSID that one student has
-- speaks for it.
UPDATE pg_temp.judged SET code = 'ID_ZEROS_LOST'
WHERE code IS NULL AND twins IS NOT NULL AND NOT is_key_same
  AND (repaired & 1 <> 0 OR holders = 0)

-- name: match_by_key
-- One student has the number in another writing and the same names, and no SSID speaks against it.
UPDATE pg_temp.judged j SET student = k.id, by_key = true
FROM pg_temp.staged s, public.students k
WHERE j.code IS NULL AND j.student IS NULL AND j.holders = 0
  AND j.is_key_same AND cardinality(j.twins) = 1
  AND s.row_number = j.row_number AND k.id = j.twins[1]
  AND (j.ssid IS NULL OR k.ssid IS NULL) AND ({same_names})

-- name: reject_twins
-- The number is a known one in another writing, and nothing makes sure that it is the same student.
-- Other names and another SSID than all of them have make sure that it is another one.
UPDATE pg_temp.judged j SET code = CASE WHEN holders = 1 THEN 'ID_CONFLICT' ELSE 'ID_TWIN' END
WHERE code IS NULL AND student IS NULL AND is_key_same AND NOT coalesce(holder = ANY (twins), false)
  AND (ssid IS NULL OR holders = 1 OR EXISTS (
    SELECT FROM public.students k, pg_temp.staged s
    WHERE k.id = ANY (j.twins) AND s.row_number = j.row_number AND (k.ssid IS NULL OR {same_names})
  ))

-- name: reject_numbers_alike
-- Two new numbers that differ only in leading zeros or in writing are probably one student, that was
-- typed or went through a spreadsheet program once. SSIDs of their own say that they are two.
WITH n AS MATERIALIZED (
    SELECT row_number, given_id, ssid, {bare_key} AS bare
    FROM (
        SELECT row_number, given_id, ssid, {given_key} AS key FROM pg_temp.judged
        WHERE student IS NULL AND given_id IS NOT NULL
    ) keyed
), g AS (
    SELECT bare, bool_and(given_id ~ '^[0-9]+$') AS are_digits,
           (array_agg(row_number ORDER BY row_number))[1:7] AS rows
    FROM n GROUP BY bare HAVING min(given_id) <> max(given_id) AND bool_or(ssid IS NULL)
)
UPDATE pg_temp.judged j
SET code = CASE WHEN g.are_digits THEN 'ID_ZEROS_DIFFER' ELSE 'IDS_ALIKE' END, others = g.rows
FROM n JOIN g ON g.bare = n.bare
WHERE j.row_number = n.row_number AND j.code IS NULL

-- name: has_strangers
-- Counted, because that is cheaper than looking for them, and standing alone there are none.
SELECT (SELECT count(*) FROM public.students)
    <> (SELECT count(*) FROM public.student_data_snapshots)

-- name: find_strangers
-- Students that Rollbook has never stored anything of and that are not in the file: made by others.
CREATE TEMPORARY TABLE strangers ON COMMIT DROP AS
SELECT k.id FROM public.students k
WHERE NOT EXISTS (SELECT FROM pg_temp.judged j WHERE j.student = k.id)
  AND NOT EXISTS (SELECT FROM public.student_data_snapshots n WHERE n.student_id = k.id)

-- name: analyze_strangers
-- As for staged.
ANALYZE pg_temp.strangers

-- name: find_twin_records
-- Rows whose student has a second record, that another hand has typed.
UPDATE pg_temp.judged j SET twins = t.twins
FROM (
    SELECT r.row_number, array_agg(k.id ORDER BY k.id) AS twins
    FROM (
        SELECT row_number, {given_key} AS key FROM pg_temp.judged
        WHERE student IS NOT NULL AND NOT by_ssid AND NOT by_key
    ) r
    JOIN (
        SELECT o.id, {stored_key} AS key
        FROM pg_temp.strangers o JOIN public.students k ON k.id = o.id
    ) k ON ltrim(k.key, '0') = ltrim(r.key, '0')
    WHERE k.key <> '' AND (k.key = r.key OR r.key ~ '^[0-9]+$')
    GROUP BY r.row_number
) t
WHERE j.row_number = t.row_number

-- name: find_namesakes
-- New students with the names and the grade of a stranger, unless SSID or school say that they are
-- two: then another hand has typed another number, or none of the district's.
UPDATE pg_temp.judged j SET twins = t.twins
FROM (
    SELECT r.row_number, array_agg(r.id ORDER BY r.id) AS twins
    FROM (
        SELECT j.row_number, k.id
        FROM pg_temp.judged j
        JOIN pg_temp.staged s ON s.row_number = j.row_number
        JOIN pg_temp.strangers o ON true
        JOIN public.students k ON k.id = o.id AND {same_names}
        {schools}
        WHERE j.code IS NULL AND j.student IS NULL
          AND (j.ssid IS NULL OR k.ssid IS NULL) AND ({same_grade}) AND NOT ({other_school})
    ) r
    GROUP BY r.row_number
) t
WHERE j.row_number = t.row_number

-- name: same_names
-- First and last name agree, case, accents and punctuation aside; a blank agrees with nothing.
({first} <> '' AND {last} <> '' AND {first} = {given_first} AND {last} = {given_last})

-- name: stored_school
-- The neighbor's school of a student.
LEFT JOIN public.schools h ON h.id = k.school_id

-- name: is_other_school
-- The file's school is certainly another: it is mapped to another one, or the neighbor has one of that
-- name, and the student's has another name. What its list does not have may be the same school under
-- another name.
coalesce(k.school_id <> {mapped},
         {stored} <> {given} AND EXISTS (SELECT FROM public.schools o WHERE {any} = {given}), false)

-- name: is_adoption
-- Whether students were there before anything of Rollbook.
SELECT EXISTS (SELECT FROM public.students)
   AND NOT EXISTS (SELECT FROM public.student_data_snapshots)

-- name: count_adoption
-- Rows that were matched by key, rows of possible twins, of those the new students' and the known
-- ones', and students that no row names.
SELECT count(*) FILTER (WHERE code IS NULL AND by_key),
       count(*) FILTER (WHERE is_twin
                        AND (code IS NULL OR code IN ('ID_TWIN', 'ID_CONFLICT', 'ID_ZEROS_LOST'))),
       count(*) FILTER (WHERE is_twin AND code IS NULL AND student IS NULL),
       count(*) FILTER (WHERE is_twin AND code IS NULL AND student IS NOT NULL),
       (SELECT count(*) FROM public.students k
        WHERE NOT EXISTS (SELECT FROM pg_temp.seen s WHERE s.student = k.id))
FROM pg_temp.judged
CROSS JOIN LATERAL (SELECT twins IS NOT NULL AND NOT by_ssid AND NOT by_key AS is_twin) told

-- name: reject_other_names
-- Tests whose student has another first name and another last name than the file says: neither is the
-- beginning of the other, as short forms are, and they have not changed places.
UPDATE pg_temp.judged j SET code = 'NAMES_DIFFER'
FROM pg_temp.staged s, public.students k,
     LATERAL (SELECT {first} AS first, {last} AS last, {given_first} AS given_first, {given_last} AS given_last) n
WHERE j.code IS NULL AND s.row_number = j.row_number AND k.id = j.student
  AND n.first <> '' AND n.last <> '' AND n.given_first <> '' AND n.given_last <> ''
  AND NOT (starts_with(n.first, n.given_first) OR starts_with(n.given_first, n.first))
  AND NOT (starts_with(n.last, n.given_last) OR starts_with(n.given_last, n.last))
  AND NOT (n.first = n.given_last AND n.last = n.given_first)
