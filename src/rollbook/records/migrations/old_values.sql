-- Which of today's values are old, for the list of students over HTTP and for the view that other programs read.
-- What is old is judged by records/queries/as_of.py; the same rule for many students at once, held to be the same by
-- tests/integration/records/test_old_values.py.

-- Names of the fields whose value no import has brought since `before`, of the students `numbers`; null: of all. None where
-- `before` is null. It runs with the rights of who calls it.
create function rollbook.list_old_values(before timestamptz, numbers integer[]) returns table (
    student_id integer, names text[]
) language sql stable set search_path = pg_catalog, pg_temp as $$
    with imports as (
        select i.job_id, i.feed_id, i.made_at, i.named, i.fields, d.is_roster
        from rollbook.import_changes i join rollbook.feeds d on d.id = i.feed_id
        where i.is_stored and i.undone_at is null and before is not null
    ), brought as (
        select b.student_id, b.fields, max(b.made_at) as at
        from (
            -- A roster's file has named everyone who is not missing, a fix-it file only those in it.
            select p.student_id, w.fields, w.made_at
            from rollbook.presence p join (
                select i.feed_id, i.fields, max(i.made_at) as made_at
                from imports i where i.is_roster and i.named is null group by 1, 2
            ) w on w.feed_id = p.feed_id
            where p.missing_since is null
            union all
            select p.student_id, i.fields, i.made_at
            from rollbook.presence p join imports i on i.feed_id = p.feed_id and i.made_at < p.missing_since
            where i.is_roster and i.named is null
            union all
            select p.student_id, i.fields, i.made_at
            from imports i cross join unnest(i.named) s(number)
            join rollbook.presence p on p.feed_id = i.feed_id and p.student_id = s.number
            where i.is_roster and (p.missing_since is null or i.made_at < p.missing_since)
            union all
            -- Of another feed's file it is only known which students it has changed.
            select c.student_id, i.fields, i.made_at
            from imports i join rollbook.student_changes c on c.job_id = i.job_id
            left join rollbook.presence p on p.feed_id = i.feed_id and p.student_id = c.student_id
            where not i.is_roster or p.student_id is null or p.missing_since is not null
        ) b
        where numbers is null or b.student_id = any(numbers)
        group by 1, 2
    ), old as (
        -- A value that no import on record has brought is not here: it is stale, not old.
        select n.student_id, v.place, v.name
        from public.student_data_snapshots n
        cross join lateral (values
            (1, 'absences_ytd', n.absences_ytd is not null),
            (2, 'tardies_ytd', n.tardies_ytd is not null),
            (3, 'absences_last_30_days', n.absences_last_30_days is not null),
            (4, 'tardies_last_30_days', n.tardies_last_30_days is not null),
            (5, 'attendance_percentage', n.attendance_percentage is not null),
            (6, 'absence_percentage', n.absence_percentage is not null),
            (7, 'unexcused_absences_ytd', n.unexcused_absences_ytd is not null),
            (8, 'excused_absences_ytd', n.excused_absences_ytd is not null),
            (9, 'unexcused_absences_last_30_days', n.unexcused_absences_last_30_days is not null),
            (10, 'excused_absences_last_30_days', n.excused_absences_last_30_days is not null),
            (11, 'incident_count_ytd', n.incident_count_ytd is not null),
            (12, 'incident_count_last_30_days', n.incident_count_last_30_days is not null)
        ) v(place, name, is_known)
        join brought b on b.student_id = n.student_id and v.name = any(b.fields)
        where v.is_known
        group by 1, 2, 3 having max(b.at) < before
    )
    select o.student_id::integer, array_agg(o.name order by o.place) from old o group by 1
$$;

-- The same of all students by today's limit; no row of a student without an old value, and `are_known` false in one row
-- without a student where the limit of today is not known. It runs as its owner, so that a reader needs no right to tables.
create function rollbook.list_old_values_today() returns table (
    student_id integer, names text[], are_known boolean
) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with today as (
        select l.old_before from rollbook.old_limits l where l.from_at <= now() and now() < l.until_at
    )
    select o.student_id, o.names, true
    from today t cross join lateral rollbook.list_old_values(t.old_before, null) o
    union all
    select null, null, exists (select from today)
$$;
revoke execute on function rollbook.list_old_values_today from public;

-- Who may execute the view's function reads the view, and may go on doing so.
do $rights$
declare
    reader oid;
begin
    for reader in
        select a.grantee from pg_catalog.pg_proc p cross join lateral pg_catalog.aclexplode(p.proacl) a
        where p.oid = to_regprocedure('rollbook.list_current_students()') and a.privilege_type = 'EXECUTE'
        and a.grantee not in (0, p.proowner)
    loop
        execute format('grant execute on function rollbook.list_old_values_today() to %s', reader::regrole);
    end loop;
end
$rights$;

create or replace view rollbook.current_students as
with old as (select * from rollbook.list_old_values_today())
select s.*, case when known.are_known then coalesce(o.names, '{}') end as old_values
from rollbook.list_current_students() s
cross join (select are_known from old where student_id is null) known
left join old o on o.student_id = s.number;
