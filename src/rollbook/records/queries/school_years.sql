-- Switches of the school year: jobs of their own, each with a change record.

-- name: last_switch
SELECT j.id, j.input_data ->> 'first_day', i.made_at, j.input_data ->> 'started_by',
       (j.output_data ->> 'students')::integer,
       ARRAY(SELECT key FROM jsonb_each_text(j.output_data -> 'values') ORDER BY key),
       ARRAY(SELECT value::integer FROM jsonb_each_text(j.output_data -> 'values') ORDER BY key)
FROM public.jobs j JOIN rollbook.import_changes i ON i.job_id = j.id
WHERE j.job_type = %(job_type)s AND i.is_stored AND i.undone_at IS NULL
ORDER BY i.id DESC LIMIT 1
