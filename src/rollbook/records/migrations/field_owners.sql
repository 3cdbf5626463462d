-- A field belongs to one feed. Of the feeds there are, it is the one whose import wrote it last.

create table rollbook.field_owners (
    field text primary key,
    feed_id bigint not null references rollbook.feeds (id) on delete cascade,
    since timestamptz not null
);

insert into rollbook.field_owners (field, feed_id, since)
select distinct on (brought.field) brought.field, newest.feed_id, now()
from (
    select feed_id, max(job_id) as job_id from rollbook.import_index
    where is_stored group by feed_id
) newest
join rollbook.feeds d on d.id = newest.feed_id and d.removed_at is null and d.host <> ''
join public.jobs j on j.id = newest.job_id
cross join lateral jsonb_array_elements_text(
    case jsonb_typeof(j.output_data -> 'brought')
        when 'array' then j.output_data -> 'brought' else '[]'::jsonb end
) brought (field)
where brought.field not in (
    'ssid', 'last_name', 'first_name', 'preferred_name', 'school', 'grade', 'school_id'
)
order by brought.field, newest.job_id desc;

-- The setting meant that nobody is held for missing students, and nothing else. A feed that has said
-- who is there goes on as it did: it adds students and marks those who are missing.
update rollbook.feeds d set is_roster = true, missing_limit = 100
where not d.is_roster and exists (select from rollbook.presence p where p.feed_id = d.id);
