create or replace function rollbook.refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if current_setting('rollbook.retention', true) = 'on'
            and old.at < now() - interval '365 days' then
            return old;
        end if;
    end if;
    raise exception 'audit_events is append-only';
end $$
