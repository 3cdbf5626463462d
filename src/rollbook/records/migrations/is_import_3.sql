-- Whether a row of the shared table `jobs` is an import that Rollbook wrote, and no copy of one: ours
-- say which number they were written for. Rows of earlier versions are marked below.
create function rollbook.is_import(id bigint, job_type varchar, input_data jsonb) returns boolean
language sql immutable parallel safe as $$
    select rollbook.is_import(job_type, input_data) and coalesce(input_data ->> 'job' = id::text, true)
$$;
update public.jobs set input_data = input_data || jsonb_build_object('job', id)
where rollbook.is_import(job_type, input_data) and not input_data ? 'job';
