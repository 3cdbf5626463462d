-- How far a running job is, written and read outside the import's transaction; and the wish to stop
-- it. The heartbeat is renewed while its process lives, even in the middle of a long statement.

create table rollbook.job_progress (
    job_id integer primary key,
    phase text not null default '',
    done bigint not null default 0,
    total bigint,
    seconds jsonb not null default '{}',
    heartbeat_at timestamptz not null default now(),
    backend_pid integer,
    cancel_requested_at timestamptz,
    cancelled_by text
);

-- Rate limits of the pages, shared by every process.
create table rollbook.web_cache (
    cache_key varchar(255) primary key,
    value text not null,
    expires timestamptz not null
);
create index web_cache_by_time on rollbook.web_cache (expires);
