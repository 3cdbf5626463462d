-- The students that the file names, where it is known to hold only some: it says nothing of all others. Null:
-- a file of all. Numbers of rows, no values.
alter table rollbook.import_changes add column named integer[];

-- Fix-it files of before: the students that they changed, for it is not on record which others they named.
update rollbook.import_changes i
set named = array(select c.student_id from rollbook.student_changes c where c.job_id = i.job_id and c.student_id is not null)
from public.jobs j
where j.id = i.job_id and i.is_stored
  and j.output_data #>> array['report', 'file', 'notes'] like '%because this is a fix-it file.%';

-- The view's function, by which only the students of such a file become newer. Rights to it stay.
create or replace function rollbook.list_current_students() returns table (
    number integer, student_id text, ssid text, last_name text, first_name text,
    preferred_name text, school text, grade text,
    absences_ytd integer, tardies_ytd integer, absences_last_30_days integer,
    tardies_last_30_days integer, attendance_percentage numeric, absence_percentage numeric,
    unexcused_absences_ytd integer, excused_absences_ytd integer,
    unexcused_absences_last_30_days integer, excused_absences_last_30_days integer,
    incident_count_ytd integer, incident_count_last_30_days integer,
    present_since timestamptz, missing_since timestamptz, as_of timestamptz,
    last_written_at timestamptz, last_import integer, last_feed text
) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with back as (
        select i.feed_id, c.student_id, max(i.made_at) as at
        from rollbook.presence_changes c join rollbook.import_changes i on i.job_id = c.job_id
        where c.missing_since is not null and i.is_stored and i.undone_at is null group by 1, 2
    ), last as (
        select feed_id, max(made_at) as at from rollbook.import_changes
        where is_stored and undone_at is null and named is null group by 1
    ), last_of_some as (
        select i.feed_id, n.student_id, max(i.made_at) as at
        from rollbook.import_changes i cross join unnest(i.named) as n(student_id)
        where i.is_stored and i.undone_at is null group by 1, 2
    ), present as (
        select p.student_id, min(p.missing_since) as missing_since,
            max(coalesce(back.at, first.made_at)) as since,
            max(greatest(last.at, part.at)) filter (where d.is_roster and p.missing_since is null) as seen_at
        from rollbook.presence p join rollbook.feeds d on d.id = p.feed_id
        left join last on last.feed_id = p.feed_id
        left join last_of_some part on part.feed_id = p.feed_id and part.student_id = p.student_id
        left join back on back.feed_id = p.feed_id and back.student_id = p.student_id
        left join rollbook.import_changes first on first.job_id = p.first_job_id
        group by 1
    )
    select k.id::integer, k.student_id::text,
        coalesce(n.ssid, to_jsonb(k) ->> 'ssid'),
        coalesce(n.last_name, to_jsonb(k) ->> 'last_name'),
        coalesce(n.first_name, to_jsonb(k) ->> 'first_name'),
        n.preferred_name::text, n.school::text, coalesce(n.grade, to_jsonb(k) ->> 'grade'),
        n.absences_ytd::integer, n.tardies_ytd::integer, n.absences_last_30_days::integer,
        n.tardies_last_30_days::integer, n.attendance_percentage::numeric,
        n.absence_percentage::numeric, n.unexcused_absences_ytd::integer,
        n.excused_absences_ytd::integer, n.unexcused_absences_last_30_days::integer,
        n.excused_absences_last_30_days::integer, n.incident_count_ytd::integer,
        n.incident_count_last_30_days::integer,
        case when p.missing_since is null then p.since end, p.missing_since,
        greatest(p.seen_at, n.imported_at::timestamp at time zone 'UTC'),
        n.imported_at::timestamp at time zone 'UTC', n.import_job_id::integer, d.name::text
    from public.students k
    left join public.student_data_snapshots n on n.student_id = k.id
    left join present p on p.student_id = k.id
    left join rollbook.import_index x on x.job_id = n.import_job_id
    left join rollbook.feeds d on d.id = x.feed_id
$$;
revoke execute on function rollbook.list_current_students from public;
