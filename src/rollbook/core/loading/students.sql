-- What PostgreSQL's catalogue says of the table students, which may be another application's.

-- name: required_columns
-- Which of the columns that a file may bring this database demands of a new student, and whether it
-- fills them itself where the file has no such column.
SELECT attname, atthasdef FROM pg_catalog.pg_attribute
WHERE attrelid = 'public.students'::regclass AND attnotnull
  AND attname IN ('ssid', 'first_name', 'last_name', 'grade')

-- name: grade_type
-- The type of students.grade and, where it is an enumeration, the grades that it knows.
SELECT n.nspname, t.typname, t.typtype = 'e',
       ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE a.attrelid = 'public.students'::regclass AND a.attname = 'grade'

-- name: has_updated_by
-- Whether the neighbor notes who wrote a student last. Here as below: what was dropped has lost its
-- name.
SELECT count(*) > 0 FROM pg_catalog.pg_attribute
WHERE attrelid = 'public.students'::regclass AND attname = 'updated_by' AND NOT attnotnull

-- name: has_schools
-- Whether there are a neighbor's schools that may be read, and students have one.
SELECT has_table_privilege(to_regclass('public.schools'), 'SELECT') AND (
    SELECT count(*) = 3 FROM pg_catalog.pg_attribute
    WHERE attrelid = to_regclass('public.schools') AND attname IN ('id', 'name')
       OR attrelid = 'public.students'::regclass AND attname = 'school_id')

-- name: are_schools_referenced
-- Whether the neighbor's students refer to a table of schools, which Rollbook does not write.
SELECT to_regclass('public.schools') IS NOT NULL AND EXISTS (
    SELECT FROM pg_catalog.pg_attribute
    WHERE attrelid = 'public.students'::regclass AND attname = 'school_id')

-- name: school_type
-- The type of students.school_id.
SELECT n.nspname, t.typname
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE a.attrelid = 'public.students'::regclass AND a.attname = 'school_id'

-- name: schools_there
-- Which of these schools the neighbor has, and what it calls them.
SELECT id::text, coalesce(name::text, '') FROM public.schools WHERE id::text = ANY (%(keys)s::text[])
