-- Where one student's values came from, out of the change record (migrations/change_record.sql).

-- name: student
-- Of `students` as a whole, because a neighbor's may lack a column that ours has.
SELECT k.id, k.student_id, n.imported_at AT TIME ZONE 'UTC', n.import_job_id, {columns},
       to_jsonb(k) ->> 'school_id'
FROM public.students k LEFT JOIN public.student_data_snapshots n ON n.student_id = k.id
WHERE {which}

-- name: by_student_id
k.student_id = %(student_id)s

-- name: by_number
k.id = %(number)s

-- name: changes
-- Newest first; of a compacted record what it brought, for the values before are gone.
SELECT f.name, f.after, f.before, NOT c.is_new AND NOT i.is_compact AS is_before_known,
       c.job_id, coalesce(d.name, ''), coalesce(
         j.output_data #>> array['report', 'file', 'files', (c.row_number / 10000000 - 1)::text, 'name'], x.file_name
       ), mod(c.row_number, 10000000), i.made_at, i.feed_id = 0
FROM rollbook.student_changes c
JOIN rollbook.import_changes i ON i.job_id = c.job_id
LEFT JOIN rollbook.import_index x ON x.job_id = c.job_id
LEFT JOIN public.jobs j ON j.id = c.job_id AND c.row_number >= 10000000 -- one of several files: core/file_set.py
LEFT JOIN rollbook.feeds d ON d.id = i.feed_id
CROSS JOIN LATERAL unnest(i.fields, c.before, c.after) AS f(name, before, after)
WHERE c.student_id = %(number)s AND f.before IS DISTINCT FROM f.after AND {counts}
ORDER BY i.id DESC

-- name: kept
-- What people have protected, the newest first, whether it lasts or not.
SELECT field, value, protected_by, protected_at, reason FROM rollbook.protected_values
WHERE student_id = %(number)s ORDER BY protected_at DESC, id DESC LIMIT %(most)s

-- name: counts
-- Which imports brought what they recorded: neither those that stored nothing, nor those that were
-- undone.
i.is_stored AND i.undone_at IS NULL
