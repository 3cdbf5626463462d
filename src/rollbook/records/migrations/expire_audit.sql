create function rollbook.expire_audit(older_than timestamptz, at_once integer)
returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    gone bigint;
begin
    perform set_config('rollbook.retention', 'on', true);
    delete from rollbook.audit_events where id = any(array(
        select id from rollbook.audit_events
        where at < least(older_than, now() - interval '365 days') order by at, id limit at_once
    ));
    get diagnostics gone = row_count;
    perform set_config('rollbook.retention', 'off', true);
    return gone;
end $$;
revoke execute on function rollbook.expire_audit from public;
