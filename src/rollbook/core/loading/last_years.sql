-- Last year's counts in a file of the new school year. What the switch has set aside is in its change
-- record. Cells of it go out of the staged rows, as those of protected values.

-- name: fields_set_aside
SELECT name, place::integer FROM rollbook.import_changes i
CROSS JOIN LATERAL unnest(i.fields) WITH ORDINALITY AS f(name, place)
WHERE i.job_id = %(switch)s

-- name: count_last_years
-- By school and field: students whose value is still set aside, and of these those with last year's. A
-- blank counts as another: many exports write none for 0. What was stored after the year had begun may
-- be its own.
SELECT {school}, {counts}
FROM pg_temp.judged j
JOIN pg_temp.staged s ON s.row_number = j.row_number
JOIN rollbook.student_changes c
  ON c.job_id = %(switch)s AND c.student_id = j.student
 AND c.imported_at < %(began_at)s::timestamptz AT TIME ZONE 'UTC'
JOIN public.student_data_snapshots n ON n.student_id = j.student
WHERE j.code IS NULL
GROUP BY 1

-- name: as_many
count(*) FILTER (WHERE n.{field} IS NULL AND {before} > 0),
count(*) FILTER (WHERE n.{field} IS NULL AND {before} > 0 AND s.{field} >= {before})

-- name: as_high
-- A percentage moves by parts of a point; 0 and 100 are there in each year.
count(*) FILTER (WHERE n.{field} IS NULL AND {before} > 0 AND {before} < 100),
count(*) FILTER (WHERE n.{field} IS NULL AND {before} > 0 AND {before} < 100 AND abs(s.{field} - {before}) < 1)

-- name: set_aside
(c.before[{place}])::numeric

-- name: new_school
coalesce(s.school, n.school, '')

-- name: old_school
coalesce(n.school, '')

-- name: leave_last_years
UPDATE pg_temp.staged s
SET refused = coalesce(s.refused, '{{}}') || %(fields)s::text[] {assignments}
FROM pg_temp.judged j
LEFT JOIN public.student_data_snapshots n ON n.student_id = j.student
WHERE j.row_number = s.row_number AND j.code IS NULL
  AND ({school} = ANY (%(schools)s::text[]) OR %(is_rest)s AND {school} <> ALL (%(others)s::text[]))
