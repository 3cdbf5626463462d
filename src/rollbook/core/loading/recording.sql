-- The change record, written with what it tells of; before the changes, while both values are there.

-- name: record_import
INSERT INTO rollbook.import_changes (job_id, feed_id, fields, is_stored, made_at, numbers)
VALUES (%(job_id)s, %(feed_id)s, %(fields)s::text[], true, %(now)s, %(numbers)s::jsonb)

-- name: record_created
-- New students: what the file said of them is all that they have.
INSERT INTO rollbook.student_changes
    (job_id, row_number, student_id, is_new, had_data, after)
SELECT %(job_id)s, t.row_number, t.student, true, false, ARRAY[{after}]::text[]
FROM pg_temp.targets t JOIN pg_temp.staged s ON s.row_number = t.row_number
WHERE t.is_new

-- name: record_changed
-- Known students: only fields whose value becomes another have one here.
INSERT INTO rollbook.student_changes
    (job_id, row_number, student_id, is_new, had_data, before, after, changed, imported_at, import_job_id)
SELECT %(job_id)s, s.row_number, c.student, false, n.student_id IS NOT NULL,
       ARRAY[{before}]::text[], ARRAY[{after}]::text[],
       array_remove(ARRAY[{changed}]::smallint[], NULL), n.imported_at, n.import_job_id
FROM pg_temp.changed c
JOIN pg_temp.staged s ON s.ctid = c.staged_at
JOIN public.students k ON k.id = c.student
LEFT JOIN public.student_data_snapshots n ON n.student_id = c.student

-- name: record_back
-- Students of this feed who were missing and are in the file again.
INSERT INTO rollbook.presence_changes (job_id, student_id, missing_since)
SELECT %(job_id)s, p.student_id, p.missing_since
FROM rollbook.presence p JOIN pg_temp.seen s ON s.student = p.student_id
WHERE p.feed_id = %(feed_id)s AND p.missing_since IS NOT NULL

-- name: record_missing
-- Students of this feed who are no longer in the file.
INSERT INTO rollbook.presence_changes (job_id, student_id)
SELECT %(job_id)s, student_id FROM rollbook.presence
WHERE feed_id = %(feed_id)s AND missing_since = %(now)s

-- name: record_named
-- The students of a file that holds only some.
UPDATE rollbook.import_changes SET named = ARRAY(SELECT student FROM pg_temp.seen ORDER BY 1)
WHERE job_id = %(job_id)s

-- name: remember_named
-- The students that the rows brought, and those that two or more rejected ones name: a corrected row of theirs is not the
-- only one.
WITH rejected AS MATERIALIZED (
    SELECT row_number, given_id, ssid, twins FROM pg_temp.judged WHERE code IS NOT NULL
), named AS MATERIALIZED (
    SELECT row_number, ltrim(number, '0') AS number FROM pg_temp.mentioned
    UNION SELECT row_number, ltrim(given_id, '0') FROM rejected
    UNION SELECT row_number, ltrim(ssid, '0') FROM rejected
), rows AS MATERIALIZED (
    SELECT k.id, m.row_number FROM public.students k JOIN named m ON ltrim(k.student_id, '0') = m.number
    UNION SELECT k.id, m.row_number FROM public.students k JOIN named m ON ltrim(k.ssid, '0') = m.number
    UNION SELECT unnest(twins), row_number FROM rejected
)
UPDATE rollbook.import_changes SET brought = ARRAY(
    SELECT student FROM pg_temp.targets
    UNION SELECT id FROM rows GROUP BY id HAVING count(*) > 1
    ORDER BY 1
)
WHERE job_id = %(job_id)s

-- name: count_contested
-- Of the file that the row was corrected from; of a fix-it file from elsewhere, the feed's last one with
-- rejected rows. Few rows are corrected, so that the students may be looked for one by one. A student is
-- also in another row where that was corrected before.
SELECT count(DISTINCT c.student)
FROM pg_temp.changed c
JOIN pg_temp.staged s ON s.ctid = c.staged_at
JOIN public.students k ON k.id = c.student
LEFT JOIN public.student_data_snapshots n ON n.student_id = c.student
LEFT JOIN rollbook.row_fixes f ON f.fixed_in = %(job_id)s AND f.place = s.row_number
CROSS JOIN LATERAL (
    SELECT i.brought FROM rollbook.import_changes i
    WHERE i.feed_id = %(feed_id)s AND i.brought IS NOT NULL AND i.undone_at IS NULL
    ORDER BY coalesce(i.job_id = f.job_id, false) DESC, i.job_id DESC LIMIT 1
) first_file
WHERE (c.student = ANY (first_file.brought) OR EXISTS (
    SELECT FROM rollbook.row_fixes o
    JOIN rollbook.student_changes d ON d.job_id = o.fixed_in AND d.student_id = c.student
    JOIN rollbook.import_changes i ON i.job_id = o.fixed_in AND i.undone_at IS NULL
    WHERE o.job_id = f.job_id AND o.row_number <> f.row_number AND o.fixed_in <> %(job_id)s
)) AND ({replaced}) AND NOT EXISTS (
    SELECT FROM rollbook.incomplete_rows w WHERE w.job_id = f.job_id AND w.row_number = f.row_number
)

-- name: count_short_ids
-- Only where all saved numbers are of digits alone, and of one length, with zeros in front or without.
WITH saved AS (
    SELECT count(*) AS students, min(length(student_id)) AS least, max(length(student_id)) AS most,
           bool_and(student_id ~ '^[0-9]+$') AS are_digits
    FROM public.students WHERE id NOT IN (SELECT student FROM pg_temp.targets WHERE is_new)
)
SELECT count(*)
FROM pg_temp.targets t JOIN pg_temp.judged j ON j.row_number = t.row_number CROSS JOIN saved
WHERE t.is_new AND saved.students >= %(fewest)s AND saved.are_digits AND saved.least = saved.most
  AND j.given_id ~ '^[0-9]+$' AND length(j.given_id) < saved.least

-- name: last_recorded_row
SELECT coalesce(max(row_number), 0) FROM rollbook.student_changes WHERE job_id = %(job_id)s

-- name: note_by_others
-- Values that were no longer what the last import on record had left. Of a student's first data, and of
-- a new student, a blank counts as left, too; a compacted record knows none. Each student's record is read
-- from the newest job back, only until each value is found: after a year a night would read millions of rows.
-- A job that another one with a lower number followed is not the last word, so the search stays open.
WITH RECURSIVE earlier AS MATERIALIZED (
    SELECT id, job_id, is_compact, fields, fields = %(fields)s::text[] AS is_alike,
           min(job_id) OVER (ORDER BY id DESC) < job_id AS is_followed
    FROM rollbook.import_changes
    WHERE is_stored AND undone_at IS NULL AND job_id <> %(job_id)s
), new_fields AS MATERIALIZED (
    SELECT coalesce(array_agg(place), ARRAY[]::bigint[]) AS places
    FROM unnest(%(fields)s::text[]) WITH ORDINALITY AS f(name, place)
    WHERE NOT EXISTS (SELECT FROM earlier WHERE name = ANY (fields))
), search AS (
    SELECT c.row_number, c.student_id, NULL::bigint AS import_id, 2147483647 AS job_id, false AS is_open,
           nullif(CASE WHEN cardinality(new_fields.places) = 0 THEN c.changed ELSE ARRAY(
               SELECT place FROM unnest(c.changed) AS f(place) WHERE place <> ALL (new_fields.places)
           ) END, ARRAY[]::smallint[]) AS sought,
           c.before, NULL::smallint[] AS found, NULL::boolean[] AS differ
    FROM rollbook.student_changes c CROSS JOIN new_fields
    WHERE c.job_id = %(job_id)s AND c.row_number BETWEEN %(first)s AND %(last)s AND NOT c.is_new
  UNION ALL
    SELECT s.row_number, s.student_id, e.id, h.job_id, o.is_open, v.sought, s.before, v.found, v.differ
    FROM search s
    CROSS JOIN LATERAL (
        SELECT job_id, is_new, had_data, before, after FROM rollbook.student_changes
        WHERE student_id = s.student_id AND job_id < s.job_id AND job_id <> %(job_id)s
        ORDER BY job_id DESC LIMIT 1
    ) h
    LEFT JOIN earlier e ON e.job_id = h.job_id
    CROSS JOIN LATERAL (SELECT s.is_open OR coalesce(e.is_followed, false) AS is_open) o
    CROSS JOIN LATERAL (
        SELECT array_agg(place) FILTER (WHERE e.is_followed OR is_left IS NOT TRUE) AS sought,
               array_agg(place) FILTER (WHERE is_left AND (o.is_open OR differs)) AS found,
               array_agg(differs) FILTER (WHERE is_left AND (o.is_open OR differs)) AS differ
        FROM (
            SELECT m.place, h.after[there.place] IS DISTINCT FROM s.before[m.place] AS differs,
                   h.before[there.place] IS DISTINCT FROM h.after[there.place]
                   OR NOT e.is_compact AND there.place IS NOT NULL
                      AND (h.is_new OR NOT h.had_data AND NOT starts_with(m.name, 'students.')) AS is_left
            FROM unnest(s.sought) AS sought(place)
            CROSS JOIN LATERAL (SELECT sought.place, (%(fields)s::text[])[sought.place] AS name) m
            CROSS JOIN LATERAL (
                SELECT CASE WHEN e.is_alike THEN m.place ELSE array_position(e.fields, m.name) END AS place
                OFFSET 0
            ) there
        ) judged
    ) v
    WHERE s.sought IS NOT NULL
)
UPDATE rollbook.student_changes c SET by_others = others.places
FROM (
    SELECT row_number, array_agg(place ORDER BY place) AS places
    FROM (
        SELECT DISTINCT ON (row_number, place) row_number, place, differs
        FROM search CROSS JOIN LATERAL unnest(found, differ) AS f(place, differs)
        WHERE found IS NOT NULL
        ORDER BY row_number, place, import_id DESC
    ) newest
    WHERE differs
    GROUP BY row_number
) others
WHERE c.job_id = %(job_id)s AND c.row_number = others.row_number

-- name: count_by_others
-- Students, field by field; one that is in both tables is one.
SELECT regexp_replace(f.name, '^students[.]', ''), count(DISTINCT c.row_number)
FROM rollbook.student_changes c
JOIN LATERAL unnest(%(fields)s::text[]) WITH ORDINALITY AS f(name, place) ON f.place = ANY (c.by_others)
WHERE c.job_id = %(job_id)s AND c.by_others IS NOT NULL
GROUP BY 1 ORDER BY 1
