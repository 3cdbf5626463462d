-- Jobs that failed for a reason whose message could quote a header, a name or a server's words.
create temporary table quoting on commit drop as
select reason, job
from (
    select reason, job_id as job from rollbook.job_attempts
    union
    select output_data->'report'->>'reason', id from public.jobs
) as failed
where reason in (
    'missing_columns', 'repeated_columns', 'worksheet_missing', 'file_not_found',
    'folder_not_found', 'file_empty', 'file_changed', 'file_still_growing', 'permission_denied',
    'is_a_folder', 'not_a_file', 'file_unreadable', 'no_common_algorithms', 'database_refused',
    'aws_refused'
);

create temporary table said on commit drop as
select 'What an earlier version wrote here was removed, because it could quote the file.' as text;

update rollbook.mails set text = said.text, html = said.text from said
where kind = 'import_failed' and job_id in (select job from quoting);

update rollbook.job_events set message = said.text from said
where kind = 'failed' and job_id in (select job from quoting);

update rollbook.job_events set message = 'The file is still being written; waiting.'
where kind = 'log' and message like '% is still being written; waiting.';

update rollbook.job_attempts a set message = said.text from said, quoting q
where q.job = a.job_id and q.reason = a.reason;

update public.jobs j
set error_message = said.text,
    output_data = jsonb_set(j.output_data - 'message', '{report,message}', to_jsonb(said.text))
from said, quoting q
where q.job = j.id and q.reason = j.output_data->'report'->>'reason';

update rollbook.issues
set message = 'A further sheet has a header of students too and was not read, because an import'
    ' reads one sheet. Put all students in one sheet, or name the right one in the feed.'
where code = 'WORKSHEET_NOT_READ';

