"""The advisory locks of one installation: every key, so that no two mean different things by one.

The server frees a lock with the session or transaction that holds it, however that ends.
"""

from typing import Final

FEED_RUNNING: Final = 0x526F6C
"""With the feed's number: an import of the feed runs. Held by the session of its process."""

FEED_REQUESTS: Final = 0x526F6D
"""With the feed's number: one request of the feed at a time decides, for one transaction."""

IDEMPOTENT_REQUESTS: Final = 0x526F6E
"""With a hash of caller and key: one request of a program at a time is answered with a key."""

MAIL_TOPIC: Final = 0x526F6F
"""With a hash of the topic: one mail gathers what many feeds of a server have to tell."""

MIGRATION: Final = 0x526F6C6C
"""Migrations, and a restore, take turns."""

CLEAN_UP: Final = 0x526F6D65
"""One worker cleans up."""

INSTALLATION_KEY: Final = 0x526F6D6B
"""Shared by whatever encrypts or decrypts, held alone by a rotation of the key."""

AUDIT_CHAIN: Final = 0x526F6175
"""One process at a time seals events of the audit."""

EDITS: Final = 0x526F6564
"""One page at a time compares what it showed with what is stored, and stores it, where there is no
row to lock; for one transaction."""

STUDENT_SEARCH: Final = 0x526F6E73
"""One process at a time brings the index of the search for students up to date."""
