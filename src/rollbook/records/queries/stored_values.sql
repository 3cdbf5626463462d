-- Whether anything else has written what a feed's last import left. For this transaction only:

-- name: join_as_a_whole
-- Tables that were just filled have no statistics yet, and a whole district is not looked up one by
-- one; the narrow side is hashed, so that no wide row is put aside.
SELECT set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('work_mem', '64MB', true)

-- name: fingerprint
-- One hash of each row, all of them combined. A feed of tests says of nobody that he is there: its
-- students are those that it has changed.
SELECT count(*), coalesce(bit_xor(hash_record_extended(ROW({values}), p.student_id)), 0)
FROM (
    SELECT student_id FROM rollbook.presence
    WHERE feed_id = %(feed_id)s AND missing_since IS NULL
    UNION SELECT c.student_id FROM rollbook.student_changes c
    JOIN rollbook.import_changes i ON i.job_id = c.job_id
    WHERE i.feed_id = %(feed_id)s AND i.is_stored AND c.student_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM rollbook.presence WHERE feed_id = %(feed_id)s)
) p JOIN {table} t ON t.{key} = p.student_id

-- name: protected
-- Which values an import would leave.
SELECT count(*), coalesce(bit_xor(hashtextextended(student_id || ' ' || field, 0)), 0)
FROM rollbook.protected_values
WHERE ended_at IS NULL AND (until_at IS NULL OR until_at > CURRENT_TIMESTAMP)
  AND field = ANY (%(fields)s::text[])
