-- Ends of runs that are not recorded yet.

-- name: find_unrecorded
SELECT j.id FROM rollbook.import_index i JOIN public.jobs j ON j.id = i.job_id
WHERE i.is_ended AND NOT i.is_recorded AND {unrecorded} ORDER BY j.id

-- name: lock_unrecorded
SELECT j.id FROM public.jobs j WHERE {unrecorded} AND j.id = %(job)s FOR UPDATE SKIP LOCKED

-- name: unrecorded
rollbook.is_import(j.id, j.job_type, j.input_data) AND j.output_data IS NOT NULL AND j.status <> 'running'
AND NOT EXISTS (
    SELECT FROM rollbook.job_attempts a WHERE a.job_id = j.id AND a.number = j.attempts
)
