"""Which algorithms are offered to a server: modern ones, and old ones only by explicit choice."""

from dataclasses import dataclass
from types import MappingProxyType

KEX = (
    "mlkem768x25519-sha256",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
)
HOST_KEYS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
CIPHERS = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
)
MACS = (
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
)


@dataclass(frozen=True, slots=True)
class LegacyGroup:
    """Old algorithms that a feed may choose, and what choosing them means."""

    meaning: str
    kex: tuple[str, ...] = ()
    host_keys: tuple[str, ...] = ()
    ciphers: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.kex + self.host_keys + self.ciphers + self.macs


LEGACY_GROUPS = MappingProxyType(
    {
        "ssh-rsa": LegacyGroup("RSA signatures with SHA-1", host_keys=("ssh-rsa",)),
        "sha1-kex": LegacyGroup(
            "key exchange with SHA-1",
            kex=("diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1"),
        ),
        "group1-kex": LegacyGroup(
            "key exchange with 1,024 bits", kex=("diffie-hellman-group1-sha1",)
        ),
        "cbc-ciphers": LegacyGroup(
            "ciphers in CBC mode", ciphers=("aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc")
        ),
        "sha1-mac": LegacyGroup(
            "checksums with SHA-1", macs=("hmac-sha1-etm@openssh.com", "hmac-sha1")
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Algorithms:
    """What is offered to one server, preferred ones first."""

    kex: tuple[str, ...]
    host_keys: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]


def algorithms_for(legacy: frozenset[str], *, pinned_type: str | None = None) -> Algorithms:
    """The modern algorithms and those of the chosen legacy groups.

    A server with several keys must show the one of the pinned type, so that type comes first.
    """
    groups = [LEGACY_GROUPS[name] for name in sorted(legacy)]
    host_keys = HOST_KEYS + tuple(name for group in groups for name in group.host_keys)
    return Algorithms(
        kex=KEX + tuple(name for group in groups for name in group.kex),
        host_keys=tuple(sorted(host_keys, key=lambda name: not _signs(pinned_type, name))),
        ciphers=CIPHERS + tuple(name for group in groups for name in group.ciphers),
        macs=MACS + tuple(name for group in groups for name in group.macs),
    )


def _signs(key_type: str | None, algorithm: str) -> bool:
    if key_type == "ssh-rsa":
        return algorithm == "ssh-rsa" or algorithm.startswith("rsa-sha2-")
    return algorithm == key_type


def groups_offering(offered: tuple[str, ...]) -> tuple[str, ...]:
    """The legacy groups that hold one of the `offered` algorithms."""
    return tuple(
        name for name, group in LEGACY_GROUPS.items() if not set(group.names).isdisjoint(offered)
    )


def advice_for(offered: tuple[str, ...]) -> str:
    """What to do about a server that offers only these."""
    groups = groups_offering(offered)
    if not groups:
        return "Ask your vendor to turn on current algorithms."
    means = "; ".join(f"{name}: {LEGACY_GROUPS[name].meaning}" for name in groups)
    return (
        "It's better to ask your vendor to turn on current ones. Until then, the feed can allow "
        f"the legacy group {' or '.join(groups)} ({means})."
    )
