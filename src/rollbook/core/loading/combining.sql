-- Several staged rows of one student, each with other fields: one record of the student.

-- name: find_combined
-- Students with several rows. They are one record where no field has two values, and none has a
-- value in one row that was refused in another; otherwise they contradict one another as any rows do.
CREATE TEMPORARY TABLE combined ON COMMIT DROP AS
SELECT *, is_plain AND refused_text IS NULL OR is_plain AND NOT ({refused_and_filled}) AS is_one
FROM (
    SELECT {key} AS key, max(row_number) AS row_number, count(*) AS rows, {values},
           bit_or(repaired) AS repaired,
           string_agg(array_to_string(refused, ','), ',') AS refused_text,
           {is_plain} AS is_plain
    FROM pg_temp.staged
    WHERE {key} IN (
        SELECT {key} FROM pg_temp.staged WHERE {key} IS NOT NULL GROUP BY 1 HAVING count(*) > 1
    )
    GROUP BY 1
) grouped

-- name: remove_combined
DELETE FROM pg_temp.staged s USING pg_temp.combined c WHERE s.{key} = c.key AND c.is_one

-- name: insert_combined
-- In place of them the student's record, at the last of the rows.
INSERT INTO pg_temp.staged (row_number, {columns}, repaired, refused)
SELECT row_number, {columns}, repaired,
       ARRAY(SELECT DISTINCT unnest(string_to_array(refused_text, ',')) ORDER BY 1)
FROM pg_temp.combined WHERE is_one

-- name: count_combined
SELECT coalesce(sum(rows - 1), 0) FROM pg_temp.combined WHERE is_one
