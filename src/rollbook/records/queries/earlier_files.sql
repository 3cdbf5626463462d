-- name: earlier_files
-- The first and the last import with the same bytes, how many others have followed it, the newest file's name, which
-- is none where it was several files, and the day on which that file says it was made. Outdated files are no news, and what was undone is gone.
WITH stored AS (
    SELECT i.job_id, i.file_name, j.output_data #>> array['report', 'file', 'sha256'] AS sha256,
           j.output_data ->> 'made_on' AS made_on,
           j.output_data #> array['report', 'file', 'files'] IS NOT NULL AS is_of_several
    FROM rollbook.import_index i
    JOIN public.jobs j ON j.id = i.job_id
    LEFT JOIN rollbook.import_changes c ON c.job_id = i.job_id
    WHERE i.feed_id = %(feed_id)s AND i.is_stored AND c.undone_at IS NULL AND {is_up_to_date}
    ORDER BY i.job_id DESC LIMIT %(most)s
), same AS (
    SELECT min(job_id) AS first_id, max(job_id) AS job_id FROM stored WHERE sha256 = %(sha256)s
)
SELECT same.first_id, same.job_id,
       (SELECT count(DISTINCT s.sha256) FROM stored s WHERE s.job_id > same.job_id),
       (SELECT CASE WHEN s.is_of_several THEN '' ELSE s.file_name END
        FROM stored s ORDER BY s.job_id DESC LIMIT 1),
       (SELECT s.made_on FROM stored s ORDER BY s.job_id DESC LIMIT 1)
FROM same
