-- Whether a row of the shared table `jobs` is an import that Rollbook wrote. Others may write rows of
-- the same type; only ours name their feed.
create function rollbook.is_import(job_type varchar, input_data jsonb) returns boolean
language sql immutable parallel safe as $$
    select job_type = 'student_data_import'
        and coalesce(jsonb_typeof(input_data -> 'feed_id') = 'number', false)
        and coalesce(jsonb_typeof(input_data -> 'feed') = 'string', false)
$$;
