-- Protecting a value: what is there, what an import has overwritten, and putting that back.

-- name: wait_for_imports
-- No import merges until the end of this transaction; one that does is waited for.
SELECT set_config('lock_timeout', %(patience)s, true)

-- name: lock_students
LOCK TABLE public.students IN ROW EXCLUSIVE MODE

-- name: stored
-- The field in both tables, as texts.
SELECT {shared}, {own}
FROM public.students k LEFT JOIN public.student_data_snapshots n ON n.student_id = k.id
WHERE k.id = %(student)s

-- name: overwritten
-- What was there before the import and after it, in `students` first, where other programs write.
SELECT CASE WHEN is_shared THEN shared_before ELSE own_before END,
       CASE WHEN is_shared THEN shared_after ELSE own_after END, is_shared
FROM (
    SELECT *, shared_before IS DISTINCT FROM shared_after AS is_shared FROM (
    SELECT c.before[shared] AS shared_before, c.after[shared] AS shared_after,
           c.before[own] AS own_before, c.after[own] AS own_after
    FROM rollbook.student_changes c
    CROSS JOIN LATERAL (
        SELECT array_position(i.fields, %(of_students)s) AS shared,
               array_position(i.fields, %(field)s) AS own
        FROM rollbook.import_changes i
        WHERE i.job_id = c.job_id AND i.is_stored AND NOT i.is_compact
    ) place
    WHERE c.job_id = %(job)s AND c.student_id = %(student)s AND NOT c.is_new
) found
) of_import
WHERE shared_before IS DISTINCT FROM shared_after OR own_before IS DISTINCT FROM own_after

-- name: store_in_students
UPDATE public.students SET {field} = (%(value)s)::{type}, updated_at = %(now)s {by}
WHERE id = %(student)s AND {field} IS DISTINCT FROM (%(value)s)::{type}

-- name: store_in_snapshots
UPDATE public.student_data_snapshots SET {field} = (%(value)s)::{type}, updated_at = %(now)s
WHERE student_id = %(student)s AND {field} IS DISTINCT FROM (%(value)s)::{type}
