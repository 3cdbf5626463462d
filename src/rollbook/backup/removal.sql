-- What `rollbook uninstall --print` asks the catalogue, and a block that it prints.

-- name: guard
do $rollbook$
declare found text;
begin
    if not pg_has_role({role}, 'usage') then
        raise exception 'Nothing was changed: this part is for the role %.', {role};
    end if;
    select string_agg(name, ', ') into found from (
        select oid::regclass::text as name from (
            select conrelid as oid, confrelid as ours from pg_constraint where contype = 'f'
            union
            select r.ev_class, d.refobjid from pg_depend d join pg_rewrite r on r.oid = d.objid
            where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
        ) referring
        where ours in (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
                       where n.nspname = 'rollbook' or c.oid in ({tables}))
          and oid not in (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
                          where n.nspname = 'rollbook' or c.oid in ({tables}))
        union
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'rollbook' and c.relkind in ('r', 'p', 'v', 'm')
          and not c.relname = any ({known}) and not starts_with(c.relname, 'procrastinate_')
    ) others;
    if found is not null then
        raise exception 'Not Rollbook''s, and would go with it: %. Move or drop it first.', found;
    end if;
    if exists (select from pg_locks where locktype = 'advisory' and granted and objsubid = 2
               and database = (select oid from pg_database where datname = current_database())
               and classid = {import_runs}) then
        raise exception 'An import runs. End Rollbook first.';
    end if;
end $rollbook$;

-- name: grantees
-- The roles that have to do with our schema, other than the owner of the students.
select distinct r.rolname::text from (
    select a.grantee as oid from pg_namespace n, aclexplode(n.nspacl) a where n.nspname = 'rollbook'
    union select nspowner from pg_namespace where nspname = 'rollbook'
    union select relowner from pg_class where relnamespace = to_regnamespace('rollbook')
) known join pg_roles r on r.oid = known.oid
where not coalesce(pg_has_role(r.oid, (
    select relowner from pg_class where oid = to_regclass('public.students')
), 'member'), false)
order by 1

-- name: rights
-- What a role was given of what stays: kind and name of the object, the rights, who gave them, and
-- whether Rollbook needs it.
with given as (
    select case when c.relkind = 'S' then 'sequence' else 'table' end as kind, c.oid,
           quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name, a.privilege_type,
           a.grantor, c.relkind, c.relname
    from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
    where n.nspname not in ('rollbook', 'pg_catalog', 'information_schema')
      and a.grantee = %(role)s::regrole
      and not exists (
          select from unnest(%(dropped)s::text[]) dropped
          where c.oid = to_regclass(dropped) or c.oid in (
              select objid from pg_depend
              where refobjid = to_regclass(dropped) and deptype in ('a', 'i')))
    union all
    select 'schema', n.oid, quote_ident(n.nspname), a.privilege_type, a.grantor, 'n', n.nspname
    from pg_namespace n, aclexplode(n.nspacl) a
    where n.nspname = 'public' and a.grantee = %(role)s::regrole
    union all
    select 'database', d.oid, quote_ident(d.datname), a.privilege_type, a.grantor, 'd', d.datname
    from pg_database d, aclexplode(d.datacl) a
    where d.datname = current_database() and a.grantee = %(role)s::regrole
)
select kind, name, string_agg(lower(privilege_type), ', ' order by privilege_type),
       pg_get_userbyid(case when grantor = 'pg_database_owner'::regrole
           then (select datdba from pg_database where datname = current_database())
           else grantor end)::text,
       kind in ('schema', 'database') or relname = any (%(tables)s)
       or relkind = 'S' and exists (
           select from pg_depend d join pg_class t on t.oid = d.refobjid
           where d.objid = given.oid and d.deptype in ('a', 'i') and t.relname = any (%(tables)s))
from given group by kind, name, relname, relkind, oid, grantor order by kind <> 'table', name

-- name: has_our_ssid
select exists (
    select from pg_attribute a
    where a.attrelid = to_regclass('public.students') and a.attname = 'ssid'
      and starts_with(col_description(a.attrelid, a.attnum), 'Added by Rollbook')
)
