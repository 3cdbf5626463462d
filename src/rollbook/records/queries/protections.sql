-- Protected values as people read them.

-- name: lines
-- What still lasts first, then what has ended, each newest first. What is kept, what the tables hold
-- now, and what the file says.
SELECT p.id, p.student_id, k.student_id, k.last_name, k.first_name, p.field, p.value,
       to_jsonb(k) ->> p.field, to_jsonb(n) ->> p.field,
       p.said, p.said_row, p.said_at, p.said_job_id, p.reason, p.protected_by, p.protected_at,
       p.until_at, coalesce(p.ended_at, CASE WHEN p.until_at <= %(now)s THEN p.until_at END),
       coalesce(p.why_ended, CASE WHEN p.until_at <= %(now)s THEN 'date' END),
       p.ended_by, p.ended_job_id
FROM rollbook.protected_values p
LEFT JOIN public.students k ON k.id = p.student_id
LEFT JOIN public.student_data_snapshots n ON n.student_id = k.id
WHERE {which}
ORDER BY p.ended_at IS NOT NULL, coalesce(p.ended_at, p.protected_at) DESC, p.id DESC
LIMIT %(limit)s OFFSET %(offset)s

-- name: count
SELECT count(*) FROM rollbook.protected_values p WHERE {which}

-- name: outdated_since
-- When the feed first had a newer file: one that its server dated later, or another one after these
-- bytes. Times of servers are only compared with each other. What was undone is no newer file. The
-- answer only matters while something is protected, and is stricter than `is_old_file`: in doubt the
-- protected value stays.
WITH stored AS (
    SELECT i.id, i.made_at, i.undone_at, j.output_data #>> array['report', 'file', 'sha256'] AS sha256,
           j.output_data #> array['served', 'modified'] AS modified
    FROM rollbook.import_changes i JOIN public.jobs j ON j.id = i.job_id
    WHERE i.feed_id = %(feed_id)s AND i.is_stored
)
SELECT min(made_at) FROM stored
WHERE undone_at IS NULL AND EXISTS (SELECT FROM rollbook.protected_values WHERE ended_at IS NULL)
  AND (jsonb_typeof(modified) = 'number' AND modified > to_jsonb(%(modified)s::bigint)
       OR sha256 <> %(sha256)s
          AND id > (SELECT min(id) FROM stored WHERE sha256 = %(sha256)s))

-- name: all
true

-- name: of_student
p.student_id = %(student)s

-- name: of_number
p.id = %(number)s
