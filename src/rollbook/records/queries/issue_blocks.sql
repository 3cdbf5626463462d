-- Issues out of their blocks; what they say is looked up for those alone that are shown.

-- name: of_job
-- Without the kinds, so that no join can be planned in a wrong way: the database takes each array
-- for ten elements.
FROM rollbook.issue_blocks b
CROSS JOIN LATERAL unnest(b.kinds, b.row_numbers, b.student_ids)
    WITH ORDINALITY AS o(kind, row_number, student_id, place)
WHERE b.job_id = %(job)s AND o.kind IS NOT NULL AND {which}

-- name: count
SELECT count(*) {of_job}

-- name: count_all
SELECT coalesce(sum(cardinality(array_remove(kinds, null))), 0)
FROM rollbook.issue_blocks WHERE job_id = %(job)s

-- name: in_order
-- `id` as in the view `issues`.
SELECT coalesce(o.row_number, 0) AS at, b.id * 10000 + o.place AS id, o.student_id, b.batch, o.kind
{of_job} ORDER BY 1, 2 LIMIT %(limit)s OFFSET %(offset)s

-- name: all
true

-- name: of_kinds
-- Twice "not": the list is hashed then, and never becomes a join.
NOT ((b.batch, o.kind) NOT IN (
    SELECT batch, number FROM rollbook.issue_kinds WHERE job_id = %(job)s
    AND (%(code)s = '' OR code = %(code)s)
    AND (%(column)s = '' OR column_header = %(column)s)
    AND (%(severity)s = '' OR severity = %(severity)s)
))

-- name: mentions
(upper(o.student_id) LIKE upper(%(pattern)s) OR mod(o.row_number, 10000000) = %(row)s
 OR NOT ((b.batch, o.kind) NOT IN (
    SELECT batch, number FROM rollbook.issue_kinds
    WHERE job_id = %(job)s AND upper(value) LIKE upper(%(pattern)s)
)))

-- name: of_student
o.student_id = %(student_id)s

-- name: after
(coalesce(o.row_number, 0), b.id * 10000 + o.place) > (%(at)s, %(id)s)

-- name: kinds
SELECT k.batch, k.number, k.code, k.severity, k.message, k.column_header, k.field, k.value
FROM unnest(%(batches)s::bigint[], %(numbers)s::smallint[]) AS w(batch, number)
JOIN rollbook.issue_kinds k ON k.batch = w.batch AND k.number = w.number

-- name: groups
-- Counted before what they say is known; the examples are those that were found first. Sentences of
-- one code and column that are few are told apart: what is right for one value is wrong for another.
WITH counted AS MATERIALIZED (
    SELECT b.batch, o.kind, count(*) AS issues, min(b.id * 10000 + o.place) AS id
    FROM rollbook.issue_blocks b
    CROSS JOIN LATERAL unnest(b.kinds) WITH ORDINALITY AS o(kind, place)
    WHERE b.job_id = %(job)s AND o.kind IS NOT NULL
    GROUP BY b.batch, o.kind
), named AS MATERIALIZED (
    SELECT k.severity, k.code, k.column_header, k.message, sum(c.issues) AS issues, min(c.id) AS id,
        count(*) OVER (PARTITION BY k.severity, k.code, k.column_header) AS sentences
    FROM counted c
    JOIN rollbook.issue_kinds k ON k.job_id = %(job)s AND k.batch = c.batch AND k.number = c.kind
    GROUP BY k.severity, k.code, k.column_header, k.message
)
SELECT sum(issues)::bigint AS found, min(id)
FROM named
GROUP BY severity, code, column_header, CASE WHEN sentences <= %(apart)s THEN message END
ORDER BY severity, found DESC, code, column_header

-- name: by_id
SELECT coalesce(o.row_number, 0), b.id * 10000 + o.place, o.student_id, b.batch, o.kind
FROM rollbook.issue_blocks b
CROSS JOIN LATERAL unnest(b.kinds, b.row_numbers, b.student_ids)
    WITH ORDINALITY AS o(kind, row_number, student_id, place)
WHERE b.id = ANY(%(blocks)s) AND b.id * 10000 + o.place = ANY(%(ids)s)
