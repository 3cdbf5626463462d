-- What Django's models do not say of our own tables.

create table rollbook.presence (
    feed_id bigint not null,
    student_id integer not null,
    missing_since timestamptz,
    primary key (feed_id, student_id)
);

-- The audit can only grow. Not even its owner changes or deletes a line by accident.
create function rollbook.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit_events is append-only';
end $$;
create trigger audit_events_are_append_only
    before update or delete on rollbook.audit_events
    for each row execute function rollbook.refuse_change();
create trigger audit_events_are_never_emptied
    before truncate on rollbook.audit_events
    for each statement execute function rollbook.refuse_change();

insert into rollbook.terms (key, name, starts_on, ends_on, position) values
    ('spring_2025', 'Spring 2025', null, null, 1),
    ('fall_2025', 'Fall 2025', null, null, 2);

-- The feed of files that are imported by hand.
insert into rollbook.feeds
    (name, host, port, username, folder, pattern, host_key, legacy_algorithms, is_roster, required,
     worksheet, percent_scale, half_days, blanks, new_students, leading_zeros, rejected_limit,
     headers, "values", blank_markers, created_at)
values
    ('files', '', 22, '', '', '', '', '{}', true, '{student_id,ssid}',
     '', 'auto', 'refuse', 'keep', 'create', true, 10, '{}', '{}', '{}', now());
