"""The server's settings, given on its command line so that no file or older version decides."""

import os

HERE = "/proc/self/cwd" if os.path.isdir("/proc/self/cwd") else "."  # noqa: PTH112
"""The data folder as the server names it. It runs under another account where we are root, and
must not need the right to look into the folders above (ROLLBOOK_HOME is 0700): it starts inside
its folder, and this link leads there without a walk through its parents."""

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "fsync": "on",
    "synchronous_commit": "on",
    "jit": "off",
    # Parallel plans share memory in /dev/shm, of which a container has 64 MB: they would fail.
    "max_parallel_workers_per_gather": "0",
    # A night's database fits into memory: three processes that only read ahead, and one that waits
    # for subscriptions, cost more than they are worth. Looking for what to vacuum starts a process.
    "io_method": "sync",
    "max_logical_replication_workers": "0",
    "autovacuum_naptime": "5min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # No statement, parameter or row in the log: they hold students' values, and so does the first
    # line of an error (`invalid input syntax for type date: "..."`). What is logged is what
    # is about the server itself: starts, stops, crashes and refused connections.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}


def options(chosen: tuple[str, ...] = ()) -> list[str]:
    """Return the settings as arguments; `chosen` (`fsync=off`) comes last and so wins."""
    ours = [f"{name}={value}" for name, value in SETTINGS.items()]
    return [part for setting in (*ours, *chosen) for part in ("-c", setting)]
