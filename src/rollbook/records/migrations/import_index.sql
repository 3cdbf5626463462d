-- How a row of rollbook.import_index follows from the row of ours in the shared table `jobs`. Others
-- may write anything into that one, so nothing here relies on what it holds.

create function rollbook.count_in(report jsonb, variadic path text[]) returns integer
language sql immutable parallel safe as $$
    select case when jsonb_typeof(report #> path) = 'number'
        then least(greatest((report #>> path)::numeric, 0), 2147483647)::integer else 0 end
$$;

create function rollbook.index_imports(numbers integer[]) returns void
language sql set timezone to 'UTC' as $$
    insert into rollbook.import_index (job_id, feed_id, outcome, reason, created_at, ended_at,
        is_check, is_ended, is_stored, is_recorded, has_problems, has_header, started_by, file_name,
        rows_total, rows_rejected)
    select job_id, feed_id,
        case
            when status = 'running' then 'running'
            -- Another program may have given up what waits for a person: it still does.
            when status in ('pending', 'failed') and reason = 'held' then 'needs_review'
            when status = 'pending' then 'waiting'
            when status = 'failed' and reason in ('cancelled', 'discarded') then 'stopped'
            when status = 'failed' or not is_readable then 'failed'
            when reason = 'file_unchanged' then 'no_new_file'
            when has_problems then 'with_warnings'
            else 'succeeded'
        end,
        reason, created_at, ended_at, is_check, is_ended,
        status = 'completed' and is_readable and report -> 'stored' is not distinct from 'true',
        exists (select from rollbook.job_attempts a where a.job_id = found.job_id
            and a.number = found.attempts),
        has_problems, has_header, started_by, file_name,
        rollbook.count_in(report, 'counts', 'total'),
        rollbook.count_in(report, 'counts', 'rejected')
    from (
        select j.id as job_id, (j.input_data ->> 'feed_id')::integer as feed_id,
            j.status::text as status, j.created_at::timestamptz as created_at,
            j.completed_at::timestamptz as ended_at, j.attempts,
            report, left(coalesce(report ->> 'reason', ''), 100) as reason,
            j.output_data is not null as is_ended,
            jsonb_typeof(report) is not distinct from 'object' as is_readable,
            j.input_data -> 'dry_run' is not distinct from 'true' as is_check,
            rollbook.count_in(report, 'issues', 'errors')
                + rollbook.count_in(report, 'issues', 'warnings') > 0 as has_problems,
            j.output_data #> '{header,0}' is not null as has_header,
            coalesce(j.input_data ->> 'started_by', '') as started_by,
            coalesce(report #>> '{file,name}', '') as file_name
        from public.jobs j, lateral (select j.output_data -> 'report' as report) came_to
        where j.id = any(numbers) and rollbook.is_import(j.id, j.job_type, j.input_data)
    ) found
    on conflict (job_id) do update set
        (feed_id, outcome, reason, created_at, ended_at, is_check, is_ended, is_stored, is_recorded,
         has_problems, has_header, started_by, file_name, rows_total, rows_rejected)
        = (excluded.feed_id, excluded.outcome, excluded.reason, excluded.created_at,
           excluded.ended_at, excluded.is_check, excluded.is_ended, excluded.is_stored,
           excluded.is_recorded, excluded.has_problems, excluded.has_header, excluded.started_by,
           excluded.file_name, excluded.rows_total, excluded.rows_rejected);
    delete from rollbook.import_index i where i.job_id = any(numbers) and not exists (
        select from public.jobs j where j.id = i.job_id
        and rollbook.is_import(j.id, j.job_type, j.input_data));
$$;

-- All of them, or those of the index and of `jobs` that are not in both.
create function rollbook.index_all_imports() returns void language plpgsql as $$
begin
    delete from rollbook.import_index i where not exists (
        select from public.jobs j where j.id = i.job_id
        and rollbook.is_import(j.id, j.job_type, j.input_data));
    perform rollbook.index_imports(array(
        select id from public.jobs where job_type = 'student_data_import'));
end $$;

create function rollbook.note_attempts() returns trigger language plpgsql as $$
begin
    update rollbook.import_index i set is_recorded = true
    from changed a, public.jobs j
    where i.job_id = a.job_id and j.id = a.job_id and a.number = j.attempts and not i.is_recorded;
    return null;
end $$;
create trigger attempts_are_noted after insert on rollbook.job_attempts
    referencing new table as changed for each statement
    execute function rollbook.note_attempts();

create function rollbook.index_changed_imports() returns trigger language plpgsql as $$
begin
    perform rollbook.index_imports(array(
        select id from changed where job_type = 'student_data_import'));
    return null;
end $$;

create function rollbook.drop_deleted_imports() returns trigger language plpgsql as $$
begin
    delete from rollbook.import_index where job_id in (select id from changed);
    return null;
end $$;

-- Where `jobs` is ours alone, whatever is done to it by hand is noted too. Nothing is added to a
-- table of another application.
do $$
begin
    if not exists (
        select from pg_catalog.pg_class c
        where c.oid = 'public.jobs'::regclass and not pg_has_role(c.relowner, 'usage')
    ) and not exists (
        select from pg_catalog.pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and c.relname not in ('students', 'jobs', 'settings', 'student_data_snapshots')
    ) then
        create trigger rollbook_indexes_new after insert on public.jobs
            referencing new table as changed for each statement
            execute function rollbook.index_changed_imports();
        create trigger rollbook_indexes_changed after update on public.jobs
            referencing new table as changed for each statement
            execute function rollbook.index_changed_imports();
        create trigger rollbook_forgets_deleted after delete on public.jobs
            referencing old table as changed for each statement
            execute function rollbook.drop_deleted_imports();
    end if;
end $$;

select rollbook.index_all_imports();
