-- Putting a backup's rows beside those of another application: students are found by their number,
-- imports get other numbers where theirs are taken. Staged rows lie in pg_temp under the table's name.

-- name: find_students
create temp table known_students on commit drop as
select x.id as given_id, s.id as stored_id, s.id is not null as was_there
from pg_temp.students x left join public.students s on s.student_id = x.student_id

-- name: count_doubtful
-- Not found under the same number, but under one that is written differently, or by the SSID.
select count(*) from (
    select x.id from pg_temp.students x join public.students k on {stored_key} = {given_key}
    where {given_key} <> ''
    union
    select x.id from pg_temp.students x join public.students k on k.ssid = x.ssid
) alike
join pg_temp.known_students m on m.given_id = alike.id and not m.was_there

-- name: count_other_ssids
select count(*) from pg_temp.students x
join pg_temp.known_students m on m.given_id = x.id and m.was_there
join public.students s on s.id = m.stored_id
where x.ssid <> s.ssid

-- name: count_unfit
-- Students to be added that the table refuses: a value that it demands, or a grade it does not know.
select count(*) from pg_temp.students x
join pg_temp.known_students m on m.given_id = x.id and not m.was_there
where exists (
    select from pg_catalog.pg_attribute a
    where a.attrelid = 'public.students'::regclass and a.attnotnull
      and a.attname in ('first_name', 'last_name', 'grade')
      and to_jsonb(x) ->> a.attname is null
) or x.grade is not null and exists (
    select from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
    where a.attrelid = 'public.students'::regclass and a.attname = 'grade' and t.typtype = 'e'
      and not exists (
          select from pg_catalog.pg_enum e where e.enumtypid = t.oid and e.enumlabel = x.grade
      )
)

-- name: count_differing
select count(*) from pg_temp.students x
join pg_temp.known_students m on m.given_id = x.id and m.was_there
join public.students s on s.id = m.stored_id
where x.first_name is distinct from s.first_name or x.last_name is distinct from s.last_name
   or x.grade is distinct from s.grade::text

-- name: number_new_students
update pg_temp.known_students
set stored_id = nextval(pg_get_serial_sequence('public.students', 'id')) where not was_there

-- name: fill_ssids
update public.students s set ssid = x.ssid
from pg_temp.students x join pg_temp.known_students m on m.given_id = x.id and m.was_there
where s.id = m.stored_id and s.ssid is null and x.ssid is not null

-- name: choose_shift
-- 0 where no number of the backup's imports is taken.
select case when exists (select from pg_temp.jobs x join public.jobs j on j.id = x.id)
       then (select max(id) from public.jobs) else 0 end

-- name: continue_numbers
-- Who may only take numbers takes those that are in use.
select case when has_sequence_privilege(name, 'update') then setval(name, greatest(used, last))
    else (select max(taken) from (
        select nextval(name) as taken from generate_series(last + 1, used)) numbers) end
from (select pg_get_serial_sequence('public.jobs', 'id') as name, max(id) as used from public.jobs) j
cross join lateral (
    select greatest(coalesce(pg_sequence_last_value(name::regclass), 0), 0) as last
) sequence
where used is not null
