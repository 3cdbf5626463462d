-- What the record of later imports says of an undone one: as if it had never been. So two imports can be
-- undone in either order.

-- name: find_next_changes
-- Of each student the next import that changed anything and was not undone.
CREATE TEMPORARY TABLE next_change ON COMMIT DROP AS
SELECT DISTINCT ON (u.student) u.student, n.job_id, n.row_number
FROM pg_temp.undoing u
JOIN rollbook.student_changes n ON n.student_id = u.student
JOIN rollbook.import_changes i ON i.job_id = n.job_id
WHERE i.id > %(id)s AND i.is_stored AND i.undone_at IS NULL AND u.later <> '{{}}'
ORDER BY u.student, i.id

-- name: pass_values_on
-- Values that a later import has replaced: before it there was what was before this one, unless another hand
-- had written in between.
WITH replaced AS (
    SELECT DISTINCT ON (u.student, f.name)
           n.job_id, n.row_number, array_position(i.fields, f.name) AS place, f.before, f.after
    FROM pg_temp.undoing u
    JOIN rollbook.student_changes m ON m.job_id = %(job_id)s AND m.student_id = u.student
    JOIN rollbook.import_changes mine ON mine.job_id = m.job_id
    CROSS JOIN LATERAL unnest(mine.fields, m.before, m.after) AS f(name, before, after)
    JOIN rollbook.student_changes n ON n.student_id = u.student
    JOIN rollbook.import_changes i ON i.job_id = n.job_id
    WHERE NOT u.is_new AND u.later <> '{{}}' AND f.name = ANY (u.later) AND f.before IS DISTINCT FROM f.after
      AND i.id > mine.id AND i.is_stored AND i.undone_at IS NULL
      AND n.before[array_position(i.fields, f.name)] IS DISTINCT FROM n.after[array_position(i.fields, f.name)]
    ORDER BY u.student, f.name, i.id
)
UPDATE rollbook.student_changes c SET before = ARRAY(
    SELECT CASE WHEN b.place = ANY (r.places) THEN r.befores[array_position(r.places, b.place)] ELSE b.value END
    FROM unnest(c.before) WITH ORDINALITY AS b(value, place) ORDER BY b.place
)
FROM (
    SELECT p.job_id, p.row_number, array_agg(p.place::bigint) AS places, array_agg(p.before) AS befores
    FROM replaced p JOIN rollbook.student_changes n ON n.job_id = p.job_id AND n.row_number = p.row_number
    WHERE n.before[p.place] IS NOT DISTINCT FROM p.after
    GROUP BY 1, 2
) r
WHERE c.job_id = r.job_id AND c.row_number = r.row_number

-- name: pass_origin_on
-- Where the student's data were from before the next import, and whether there were any.
UPDATE rollbook.student_changes c
SET imported_at = u.imported_at, import_job_id = u.import_job_id, had_data = u.had_data
FROM pg_temp.next_change x JOIN pg_temp.undoing u ON u.student = x.student
WHERE c.job_id = x.job_id AND c.row_number = x.row_number
  AND NOT u.is_new AND c.import_job_id = %(job_id)s

-- name: pass_creation_on
-- A student who stays because of the next import is new in it, with the values of both.
UPDATE rollbook.student_changes c
SET is_new = true, had_data = false, before = NULL, imported_at = NULL, import_job_id = NULL,
    after = ARRAY(
        SELECT CASE WHEN f.before IS DISTINCT FROM f.after THEN f.after
                    ELSE m.after[array_position(mine.fields, f.name)] END
        FROM unnest(i.fields, c.before, c.after) WITH ORDINALITY AS f(name, before, after, place)
        ORDER BY f.place
    )
FROM pg_temp.next_change x
JOIN pg_temp.undoing u ON u.student = x.student
JOIN rollbook.student_changes m ON m.job_id = %(job_id)s AND m.student_id = u.student
JOIN rollbook.import_changes mine ON mine.job_id = m.job_id
JOIN rollbook.import_changes i ON i.job_id = x.job_id
WHERE c.job_id = x.job_id AND c.row_number = x.row_number AND u.is_new AND u.why = 'later_import'
