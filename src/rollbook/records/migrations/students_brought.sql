-- The students that the rows of a file brought that has rows to be corrected: a corrected row of theirs is not the only
-- one. Numbers of rows, no values.
alter table rollbook.import_changes add column brought integer[];
