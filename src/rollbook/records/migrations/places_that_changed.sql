-- The places of `before` and `after` that differ, of known students: an import that looks for what another
-- hand had written begins with them. New students and dry runs have none, nor have older imports.
alter table rollbook.student_changes add column changed smallint[];
