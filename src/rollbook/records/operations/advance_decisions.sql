-- What was decided in advance, as the run uses it.

-- name: use
UPDATE rollbook.advance_decisions SET used_at = %(now)s, used_by = %(job)s
WHERE id = %(decision)s AND used_at IS NULL AND taken_back_at IS NULL

-- name: note_approval
-- As an import that was held and approved has it.
UPDATE public.jobs SET input_data = input_data
    || jsonb_build_object('approved_by', %(by)s::text, 'approved', %(approved)s::jsonb)
WHERE id = %(job)s
