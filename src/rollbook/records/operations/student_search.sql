-- The index of the search follows the tables of students.

-- name: is_behind
-- Every row that was written, by any program, moves these counters, some seconds later at most
-- where a session stays open. Where PostgreSQL does not count, it is always behind.
SELECT t.written, t.written IS DISTINCT FROM s.written
FROM (
    SELECT CASE WHEN current_setting('track_counts')::boolean THEN sum(
        pg_stat_get_tuples_inserted(name) + pg_stat_get_tuples_updated(name)
        + pg_stat_get_tuples_deleted(name))::bigint END AS written
    FROM (VALUES ('public.students'::regclass), ('public.student_data_snapshots'::regclass)) t(name)
) t LEFT JOIN rollbook.student_search_state s ON true

-- name: was_imported
SELECT EXISTS (
    SELECT FROM rollbook.import_changes i WHERE i.is_stored AND i.made_at > coalesce(
        (SELECT noted_at FROM rollbook.student_search_state), '-infinity')
)

-- name: lock
SELECT pg_advisory_xact_lock(%(lock)s)

-- name: changed
SELECT k.id, f.source, k.student_id, k.ssid, n.ssid, k.last_name, k.first_name, n.last_name,
       n.first_name, n.preferred_name, coalesce(n.school, ''), coalesce(n.grade, k.grade::text, '')
FROM public.students k
LEFT JOIN public.student_data_snapshots n ON n.student_id = k.id
CROSS JOIN LATERAL (
    SELECT hash_record_extended(ROW(k.student_id, k.ssid, n.ssid, k.last_name, k.first_name, n.last_name,
        n.first_name, n.preferred_name, n.school, coalesce(n.grade, k.grade::text)), 0) AS source
) f
LEFT JOIN rollbook.student_search w ON w.student_id = k.id
WHERE w.source IS DISTINCT FROM f.source

-- name: write
INSERT INTO rollbook.student_search (student_id, source, words, name, school, grade)
SELECT * FROM unnest(%(ids)s::integer[], %(sources)s::bigint[], %(words)s::text[], %(names)s::text[],
    %(schools)s::text[], %(grades)s::text[])
ON CONFLICT (student_id) DO UPDATE SET (source, words, name, school, grade)
    = (excluded.source, excluded.words, excluded.name, excluded.school, excluded.grade)

-- name: drop_gone
DELETE FROM rollbook.student_search w
WHERE NOT EXISTS (SELECT FROM public.students k WHERE k.id = w.student_id)

-- name: note
INSERT INTO rollbook.student_search_state (is_only, written, noted_at)
VALUES (true, %(written)s, clock_timestamp())
ON CONFLICT (is_only) DO UPDATE SET (written, noted_at) = (excluded.written, excluded.noted_at)
