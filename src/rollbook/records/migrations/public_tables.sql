-- The specified tables, shaped as the neighboring application has them. What exists is left as it
-- is; students.ssid is the only thing that is added to a table of another owner. Which of these
-- statements are needed is asked first (records/tables/repairs.py). The sequence of the snapshots is
-- what serial makes, but taken over where the neighbor's own tool has made it before.

-- name: grade_level
create type public.grade_level as enum
    ('PK', 'TK', 'K', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12');

-- name: student_status
create type public.student_status as enum ('active', 'inactive', 'transferred', 'graduated');

-- name: job_status
create type public.job_status as enum ('pending', 'running', 'completed', 'failed');

-- name: students
create table public.students (
    id serial primary key,
    student_id varchar(50) not null unique,
    first_name varchar(100),
    last_name varchar(100),
    middle_name varchar(100),
    date_of_birth date,
    grade public.grade_level,
    school_id integer,
    status public.student_status default 'active',
    email varchar(255),
    phone varchar(50),
    address text,
    created_at timestamp not null default (now() at time zone 'utc'),
    updated_at timestamp not null default (now() at time zone 'utc'),
    created_by integer,
    updated_by integer
);

-- name: ssid
alter table public.students add column ssid varchar(50);
comment on column public.students.ssid is 'Added by Rollbook: the number that the state gives a student';

-- name: ssid_index
create index if not exists idx_students_ssid on public.students (ssid);

-- name: jobs
create table public.jobs (
    id serial primary key,
    job_type varchar(100) not null,
    status public.job_status default 'pending',
    user_id integer,
    input_data jsonb,
    output_data jsonb,
    error_message text,
    created_at timestamp not null default (now() at time zone 'utc'),
    started_at timestamp,
    completed_at timestamp,
    attempts integer default 0,
    max_attempts integer default 3
);

-- name: settings
create table public.settings (
    id serial primary key,
    key varchar(255) not null unique,
    value text not null,
    description text,
    category varchar(100),
    is_secret boolean default false,
    created_at timestamp not null default (now() at time zone 'utc'),
    updated_at timestamp not null default (now() at time zone 'utc')
);

-- name: student_data_snapshots
create sequence if not exists public.student_data_snapshots_id_seq as integer;
create table public.student_data_snapshots (
    id integer primary key default nextval('public.student_data_snapshots_id_seq'),
    student_id integer not null unique references public.students (id) on delete cascade,
    ssid varchar(50),
    first_name varchar(100),
    last_name varchar(100),
    preferred_name varchar(100),
    absences_ytd integer,
    tardies_ytd integer,
    absences_last_30_days integer,
    tardies_last_30_days integer,
    attendance_percentage numeric(5,2),
    absence_percentage numeric(5,2),
    unexcused_absences_ytd integer,
    excused_absences_ytd integer,
    unexcused_absences_last_30_days integer,
    excused_absences_last_30_days integer,
    incident_count_ytd integer,
    incident_count_last_30_days integer,
    spring_2025_iready_reading_score integer,
    spring_2025_iready_reading_level varchar(50),
    spring_2025_iready_reading_met_standard boolean,
    spring_2025_iready_math_score integer,
    spring_2025_iready_math_level varchar(50),
    spring_2025_iready_math_met_standard boolean,
    fall_2025_iready_reading_score integer,
    fall_2025_iready_reading_level varchar(50),
    fall_2025_iready_reading_met_standard boolean,
    fall_2025_iready_math_score integer,
    fall_2025_iready_math_level varchar(50),
    fall_2025_iready_math_met_standard boolean,
    spring_2025_dibels_orf_wc_score integer,
    spring_2025_dibels_orf_wc_level varchar(50),
    spring_2025_dibels_orf_acc_score integer,
    spring_2025_dibels_orf_acc_level varchar(50),
    spring_2025_dibels_nwf_wrc_score integer,
    spring_2025_dibels_nwf_wrc_level varchar(50),
    spring_2025_dibels_nwf_cls_score integer,
    spring_2025_dibels_nwf_cls_level varchar(50),
    spring_2025_dibels_psf_score integer,
    spring_2025_dibels_psf_level varchar(50),
    spring_2025_dibels_lnf_score integer,
    spring_2025_dibels_lnf_level varchar(50),
    fall_2025_dibels_orf_wc_score integer,
    fall_2025_dibels_orf_wc_level varchar(50),
    fall_2025_dibels_orf_acc_score integer,
    fall_2025_dibels_orf_acc_level varchar(50),
    fall_2025_dibels_nwf_wrc_score integer,
    fall_2025_dibels_nwf_wrc_level varchar(50),
    fall_2025_dibels_nwf_cls_score integer,
    fall_2025_dibels_nwf_cls_level varchar(50),
    fall_2025_dibels_psf_score integer,
    fall_2025_dibels_psf_level varchar(50),
    fall_2025_dibels_lnf_score integer,
    fall_2025_dibels_lnf_level varchar(50),
    school varchar(255),
    grade varchar(10),
    imported_at timestamp not null default (now() at time zone 'utc'),
    import_job_id integer references public.jobs (id) on delete set null,
    created_at timestamp not null default (now() at time zone 'utc'),
    updated_at timestamp not null default (now() at time zone 'utc')
);
alter sequence public.student_data_snapshots_id_seq owned by public.student_data_snapshots.id;

-- name: snapshot_indexes
create index if not exists idx_student_data_snapshots_student_id
    on public.student_data_snapshots (student_id);
create index if not exists idx_student_data_snapshots_imported_at
    on public.student_data_snapshots (imported_at);
create index if not exists idx_student_data_snapshots_import_job_id
    on public.student_data_snapshots (import_job_id);
