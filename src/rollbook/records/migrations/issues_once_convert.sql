-- What is there already, as an import would write it today: blocks of 2,000 issues in the order in
-- which they were found, each a batch of its own, because two blocks may hold more kinds than a
-- batch has numbers.
create temporary table numbered on commit drop as
select i.*, (row_number() over (partition by job_id order by id) - 1) / 2000 as part
from rollbook.issues i;

create temporary table batches on commit drop as
select job_id, part, nextval('rollbook.issue_kinds_id_seq') as batch
from (select distinct job_id, part from numbered order by 1, 2) as parts;

create temporary table kinds on commit drop as
select b.batch, n.job_id, n.column_header, n.field, n.code, n.severity, n.value, n.message,
    row_number() over (partition by b.batch order by min(n.id)) as number
from numbered n
join batches b using (job_id, part)
group by b.batch, n.job_id, n.column_header, n.field, n.code, n.severity, n.value, n.message;

insert into rollbook.issue_kinds
    (job_id, batch, number, column_header, field, code, severity, value, message)
select job_id, batch, number, column_header, field, code, severity, value, message
from kinds order by batch, number;

-- Hashed, because a join by "is not distinct from" would compare every issue with every kind.
insert into rollbook.issue_blocks (job_id, batch, kinds, row_numbers, student_ids)
select n.job_id, b.batch, array_agg(k.number::smallint order by n.id),
    array_agg(n.row_number order by n.id), array_agg(n.student_id order by n.id)
from numbered n
join batches b using (job_id, part)
join kinds k on k.batch = b.batch
    and row(k.column_header, k.field, k.code, k.severity, k.value, k.message)::text
    = row(n.column_header, n.field, n.code, n.severity, n.value, n.message)::text
group by n.job_id, b.batch
order by b.batch;

drop table rollbook.issues;
