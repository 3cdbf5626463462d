-- The index of the search follows the tables of students.

-- name: is_behind
-- Every row that was written, by any program, moves these counters, some seconds later at most
-- where a session stays open. Where PostgreSQL does not count, it is always behind.
SELECT t.written, t.written IS DISTINCT FROM s.written
FROM (
    SELECT CASE WHEN current_setting('track_counts')::boolean
        THEN sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint END AS written
    FROM pg_catalog.pg_stat_all_tables
    WHERE relid IN ('public.students'::regclass, 'public.student_data_snapshots'::regclass)
) t LEFT JOIN rollbook.student_search_state s ON true

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
INSERT INTO rollbook.student_search_state (is_only, written) VALUES (true, %(written)s)
ON CONFLICT (is_only) DO UPDATE SET written = excluded.written
