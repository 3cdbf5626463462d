-- Which of today's values are old, for the list of students over HTTP and for the view that other programs read.
-- What is old is judged by records/queries/as_of.py; the same rule for many students at once, held to be the same by
-- tests/integration/records/test_old_values.py.

-- Names of the fields whose value no import has brought since `before`, of the students `numbers`; null: of all. None where
-- `before` is null. It runs with the rights of who calls it.
create function rollbook.list_old_values(before timestamptz, numbers integer[]) returns table (
    student_id integer, names text[]
) language sql stable set search_path = pg_catalog, pg_temp as $$
    with names(place, name) as (values
        (0, 'absences_ytd'),
        (1, 'tardies_ytd'),
        (2, 'absences_last_30_days'),
        (3, 'tardies_last_30_days'),
        (4, 'attendance_percentage'),
        (5, 'absence_percentage'),
        (6, 'unexcused_absences_ytd'),
        (7, 'excused_absences_ytd'),
        (8, 'unexcused_absences_last_30_days'),
        (9, 'excused_absences_last_30_days'),
        (10, 'incident_count_ytd'),
        (11, 'incident_count_last_30_days')
    ), imports as (
        -- Which of these the file had, a bit for each.
        select i.job_id, i.feed_id, i.made_at, i.named, d.is_roster, f.had, case when i.made_at >= before then f.had else 0 end as has
        from rollbook.import_changes i join rollbook.feeds d on d.id = i.feed_id
        cross join lateral (select coalesce(bit_or(1 << e.place), 0) as had from names e where e.name = any(i.fields)) f
        where i.is_stored and i.undone_at is null and before is not null and f.had <> 0
    ), brought as (
        -- Of each student what imports on record have brought, and what since `before`. What none has is stale, not old.
        select b.student_id, bit_or(b.had) as had, bit_or(b.has) as has
        from (
            -- A roster's file has named everyone who is not missing, a fix-it file only those in it.
            select p.student_id, w.had, w.has
            from rollbook.presence p join (
                select i.feed_id, bit_or(i.had) as had, bit_or(i.has) as has
                from imports i where i.is_roster and i.named is null group by 1
            ) w on w.feed_id = p.feed_id
            where p.missing_since is null
            union all
            select p.student_id, i.had, i.has
            from rollbook.presence p join imports i on i.feed_id = p.feed_id and i.made_at < p.missing_since
            where i.is_roster and i.named is null
            union all
            select p.student_id, i.had, i.has
            from imports i cross join unnest(i.named) s(number)
            join rollbook.presence p on p.feed_id = i.feed_id and p.student_id = s.number
            where i.is_roster and (p.missing_since is null or i.made_at < p.missing_since)
            union all
            -- Of another feed's file it is only known which students it has changed.
            select c.student_id, i.had, i.has
            from imports i join rollbook.student_changes c on c.job_id = i.job_id
            left join rollbook.presence p on p.feed_id = i.feed_id and p.student_id = c.student_id
            where not i.is_roster or p.student_id is null or p.missing_since is not null
        ) b
        where numbers is null or b.student_id = any(numbers)
        group by 1
    ), old as (
        select n.student_id, b.had & ~b.has & (
          ((n.absences_ytd is not null)::integer << 0)
        | ((n.tardies_ytd is not null)::integer << 1)
        | ((n.absences_last_30_days is not null)::integer << 2)
        | ((n.tardies_last_30_days is not null)::integer << 3)
        | ((n.attendance_percentage is not null)::integer << 4)
        | ((n.absence_percentage is not null)::integer << 5)
        | ((n.unexcused_absences_ytd is not null)::integer << 6)
        | ((n.excused_absences_ytd is not null)::integer << 7)
        | ((n.unexcused_absences_last_30_days is not null)::integer << 8)
        | ((n.excused_absences_last_30_days is not null)::integer << 9)
        | ((n.incident_count_ytd is not null)::integer << 10)
        | ((n.incident_count_last_30_days is not null)::integer << 11)
        ) as bits
        from public.student_data_snapshots n join brought b on b.student_id = n.student_id
        where b.had & ~b.has <> 0
    )
    select o.student_id::integer, array(select e.name from names e where o.bits & (1 << e.place) <> 0 order by e.place)
    from old o where o.bits <> 0
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
