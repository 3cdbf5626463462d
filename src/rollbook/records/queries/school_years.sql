-- Switches of the school year, each with a change record. Nothing here asks for their jobs, which another
-- program may have deleted.

-- name: last_switch
-- The newest one that was not undone; with `undone` the newest of all.
SELECT y.job_id, y.first_day, i.made_at, y.started_by, y.students,
       ARRAY(SELECT key FROM jsonb_each_text(y.values) ORDER BY key),
       ARRAY(SELECT value::integer FROM jsonb_each_text(y.values) ORDER BY key)
FROM rollbook.year_switches y JOIN rollbook.import_changes i ON i.job_id = y.job_id
WHERE i.is_stored AND (i.undone_at IS NULL OR %(undone)s)
ORDER BY i.id DESC LIMIT 1
