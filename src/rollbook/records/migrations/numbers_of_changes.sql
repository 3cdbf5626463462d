-- How many students the import changes, by field and by school (core.loading.changes.BySchool): counted
-- with the merge, so that no page counts a record again. No student's value.
alter table rollbook.import_changes add column numbers jsonb;
