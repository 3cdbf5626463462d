-- Corrected rows of another file say nothing of their feed: neither which columns and codes its files
-- have, nor how its nights go. The index says which imports had such.
alter table rollbook.import_index add column is_fix_it boolean not null default false;

create or replace function rollbook.index_imports(numbers integer[]) returns void
language sql set timezone to 'UTC' as $$
    insert into rollbook.import_index (job_id, feed_id, outcome, reason, created_at, ended_at,
        is_check, is_ended, is_stored, is_recorded, has_problems, has_header, started_by, file_name,
        rows_total, rows_rejected, is_fix_it)
    select job_id, feed_id,
        case
            when status = 'running' then 'running'
            -- Another program may have given up what waits for a person: it still does.
            when status in ('pending', 'failed') and reason = 'held' then 'needs_review'
            when status = 'pending' then 'waiting'
            when status = 'failed' and reason in ('cancelled', 'discarded') then 'stopped'
            when status = 'failed' or not is_readable then 'failed'
            when is_undone then 'undone'
            when reason = 'file_unchanged' then 'no_new_file'
            when has_problems then 'with_warnings'
            else 'succeeded'
        end,
        reason, created_at, ended_at, is_check, is_ended,
        status = 'completed' and is_readable and report -> 'stored' is not distinct from 'true'
            and not is_undone,
        exists (select from rollbook.job_attempts a where a.job_id = found.job_id
            and a.number = found.attempts),
        has_problems, has_header, started_by, file_name,
        rollbook.count_in(report, 'counts', 'total'),
        rollbook.count_in(report, 'counts', 'rejected'),
        has_header and is_fix_it
    from (
        select j.id as job_id, (j.input_data ->> 'feed_id')::integer as feed_id,
            j.status::text as status, j.created_at::timestamptz as created_at,
            j.completed_at::timestamptz as ended_at, j.attempts,
            report, left(coalesce(report ->> 'reason', ''), 100) as reason,
            j.output_data is not null as is_ended,
            jsonb_typeof(report) is not distinct from 'object' as is_readable,
            jsonb_typeof(report -> 'undone') is not distinct from 'object' as is_undone,
            j.input_data -> 'dry_run' is not distinct from 'true' as is_check,
            rollbook.count_in(report, 'issues', 'errors')
                + rollbook.count_in(report, 'issues', 'warnings') > 0 as has_problems,
            j.output_data #> '{header,0}' is not null as has_header,
            -- As core/catalogue/students.py knows the columns that we put in front.
            coalesce(j.output_data @? '$.header[*] ? (@ like_regex
                "^[^a-z0-9]*rollbook[^a-z0-9]+(row|what[^a-z0-9]+to[^a-z0-9]+fix)[^a-z0-9]*$"
                flag "i")', false) as is_fix_it,
            coalesce(j.input_data ->> 'started_by', '') as started_by,
            coalesce(report #>> '{file,name}', '') as file_name
        from public.jobs j, lateral (select j.output_data -> 'report' as report) came_to
        where j.id = any(numbers) and rollbook.is_import(j.id, j.job_type, j.input_data)
    ) found
    on conflict (job_id) do update set
        (feed_id, outcome, reason, created_at, ended_at, is_check, is_ended, is_stored, is_recorded,
         has_problems, has_header, started_by, file_name, rows_total, rows_rejected,
         is_fix_it)
        = (excluded.feed_id, excluded.outcome, excluded.reason, excluded.created_at,
           excluded.ended_at, excluded.is_check, excluded.is_ended, excluded.is_stored,
           excluded.is_recorded, excluded.has_problems, excluded.has_header, excluded.started_by,
           excluded.file_name, excluded.rows_total, excluded.rows_rejected, excluded.is_fix_it);
    delete from rollbook.import_index i where i.job_id = any(numbers) and not exists (
        select from public.jobs j where j.id = i.job_id
        and rollbook.is_import(j.id, j.job_type, j.input_data));
$$;

select rollbook.index_all_imports();
