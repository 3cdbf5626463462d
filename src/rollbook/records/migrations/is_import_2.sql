-- Whether a row of the shared table `jobs` is an import that Rollbook wrote. Others may write rows of
-- the same type; only ours name their feed, by its name and by a number that is one.
create or replace function rollbook.is_import(job_type varchar, input_data jsonb) returns boolean
language sql immutable parallel safe as $$
    select job_type = 'student_data_import'
        and coalesce(jsonb_typeof(input_data -> 'feed') = 'string', false)
        and case when jsonb_typeof(input_data -> 'feed_id') = 'number'
                      and input_data ->> 'feed_id' ~ '^[1-9][0-9]{0,9}$'
                 then (input_data ->> 'feed_id')::bigint <= 2147483647 else false end
$$;
