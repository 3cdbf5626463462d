-- The encrypted bytes of files whose import did not complete.

-- name: insert_file
INSERT INTO rollbook.stored_files (id, job_id, size, expires_at)
VALUES (%(file)s, %(job)s, %(size)s, %(expires_at)s)

-- name: insert_chunk
INSERT INTO rollbook.stored_file_chunks (file_id, position, data)
VALUES (%(file)s, %(position)s, %(data)s)

-- name: is_stored
SELECT EXISTS (SELECT FROM rollbook.stored_files WHERE job_id = %(job)s)

-- name: drop_file
WITH parts AS (
    DELETE FROM rollbook.stored_file_chunks
    WHERE file_id IN (SELECT id FROM rollbook.stored_files WHERE job_id = %(job)s)
)
DELETE FROM rollbook.stored_files WHERE job_id = %(job)s

-- name: hand_over
UPDATE rollbook.stored_files SET job_id = %(to)s WHERE job_id = %(job)s

-- name: find_file
SELECT id::text, size FROM rollbook.stored_files WHERE job_id = %(job)s

-- name: find_chunk
-- A part of a chunk: there are connections that carry no large value.
SELECT substring(data FROM %(start)s FOR %(size)s)
FROM rollbook.stored_file_chunks WHERE file_id = %(file)s AND position = %(position)s

-- name: share_key
SELECT pg_advisory_lock_shared(%(lock)s)

-- name: release_key
SELECT pg_advisory_unlock_shared(%(lock)s)

-- name: expire_files
WITH gone AS (SELECT id FROM rollbook.stored_files WHERE expires_at < now()),
parts AS (DELETE FROM rollbook.stored_file_chunks WHERE file_id IN (SELECT id FROM gone))
DELETE FROM rollbook.stored_files WHERE id IN (SELECT id FROM gone)
