-- The outbox, in order: what is told of a feed leaves as it was written.

-- name: next
-- The mail that leaves next: one that is due, or that keeps back a later one about the same feeds
-- that is; nothing passes it. One that another worker is sending now has been tried, and has no error.
SELECT m.id FROM rollbook.mails m
WHERE m.next_try_at IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM rollbook.mails earlier
        WHERE earlier.next_try_at IS NOT NULL AND earlier.id < m.id
            AND earlier.feed_ids && m.feed_ids
    )
    AND (m.next_try_at <= %(now)s OR (m.tries = 0 OR m.error IS NOT NULL) AND EXISTS (
        SELECT FROM rollbook.mails later
        WHERE later.next_try_at <= %(now)s AND later.id > m.id AND later.feed_ids && m.feed_ids
    ))
ORDER BY m.next_try_at, m.id LIMIT 1 FOR UPDATE SKIP LOCKED

-- name: keep_back
-- Nothing passes a mail that is tried again, nor has it tried sooner.
UPDATE rollbook.mails SET next_try_at = greatest(next_try_at, %(until)s)
WHERE next_try_at IS NOT NULL AND id > %(mail)s AND feed_ids && %(feeds)s::integer[]

-- name: lock_topic
SELECT pg_advisory_xact_lock(%(lock)s, hashtext(%(topic)s))

-- name: gathering
-- The mail of this topic to the same people that still waits for more of it, unless a newer one about
-- this feed waits too: then it would tell the feed's end before its beginning. One to which an earlier
-- version has added does not say what each import is told of.
SELECT m.id FROM rollbook.mails m
WHERE m.next_try_at IS NOT NULL AND m.tries = 0 AND m.topic = %(topic)s
    AND m.recipients = %(recipients)s::varchar[] AND m.created_at > %(since)s
    AND cardinality(m.feed_ids) < %(most)s AND cardinality(m.feed_ids) = jsonb_array_length(m.items)
    AND NOT EXISTS (
        SELECT FROM rollbook.mails later
        WHERE later.next_try_at IS NOT NULL AND later.id > m.id
            AND %(feed)s = ANY (later.feed_ids)
    )
ORDER BY m.id DESC LIMIT 1 FOR UPDATE
