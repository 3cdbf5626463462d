-- The issues as rows, out of their blocks. `id` keeps the order in which they were found.
-- "offset 0" has the database look up the kind of each issue. It takes an array for ten elements,
-- and would otherwise read every block again for each kind.
create view rollbook.issues as
select b.id * 10000 + o.place as id, b.id as block, b.job_id, o.row_number, o.student_id,
    k.column_header, k.field, k.code, k.severity, k.value, k.message
from rollbook.issue_blocks b
cross join lateral unnest(b.kinds, b.row_numbers, b.student_ids)
    with ordinality as o(kind, row_number, student_id, place)
cross join lateral (
    select * from rollbook.issue_kinds k
    where k.batch = b.batch and k.number = o.kind offset 0
) k;

create function rollbook.add_issue() returns trigger language plpgsql as $$
declare
    new_batch bigint := nextval('rollbook.issue_kinds_id_seq');
begin
    insert into rollbook.issue_kinds
        (job_id, batch, number, column_header, field, code, severity, value, message)
    values (new.job_id, new_batch, 1, new.column_header, new.field, new.code, new.severity,
        new.value, new.message);
    insert into rollbook.issue_blocks (job_id, batch, kinds, row_numbers, student_ids)
    values (new.job_id, new_batch, array[1], array[new.row_number], array[new.student_id])
    returning id * 10000 + 1 into new.id;
    return new;
end $$;

-- The place in the block stays, empty, so that the others keep theirs. What it said goes with the
-- last issue that said it.
create function rollbook.delete_issue() returns trigger language plpgsql as $$
declare
    place integer := old.id % 10000;
    block rollbook.issue_blocks;
begin
    select * into block from rollbook.issue_blocks where id = old.id / 10000 for update;
    if block.kinds[place] is null then
        return null;
    end if;
    update rollbook.issue_blocks
    set kinds[place] = null, row_numbers[place] = null, student_ids[place] = null
    where id = block.id;
    delete from rollbook.issue_kinds k
    where k.batch = block.batch and k.number = block.kinds[place] and not exists (
        select from rollbook.issue_blocks b
        where b.job_id = block.job_id and b.batch = block.batch and k.number = any(b.kinds)
    );
    delete from rollbook.issue_blocks b
    where b.id = block.id and array_remove(b.kinds, null) = '{}';
    return old;
end $$;

create trigger add_issue instead of insert on rollbook.issues
for each row execute function rollbook.add_issue();

create trigger delete_issue instead of delete on rollbook.issues
for each row execute function rollbook.delete_issue();
