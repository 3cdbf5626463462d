-- The index of imports (migrations/import_index.sql has the functions). They return nothing, which the
-- RDS Data API cannot carry: a number is asked for instead.

-- name: one
SELECT count(*) FROM rollbook.index_imports(ARRAY[%(job)s::integer])

-- name: all
SELECT count(*) FROM rollbook.index_all_imports()

-- name: changed
SELECT count(*) FROM rollbook.index_imports(ARRAY(
    SELECT i.job_id FROM rollbook.import_index i LEFT JOIN public.jobs j ON j.id = i.job_id
    WHERE NOT i.is_ended AND (j.id IS NULL OR j.output_data IS NOT NULL
        OR j.status::text <> CASE i.outcome WHEN 'waiting' THEN 'pending' ELSE i.outcome END)
))
