"""Every environment variable: the page of settings is made from this (`make docs`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable. `meaning` and `default` are Markdown, as the page shows them."""

    name: str
    meaning: str
    default: str
    has_file: bool = True
    """Whether `NAME_FILE` is understood too."""


DECLARED = (
    Setting(
        "DATABASE_URL",
        "a PostgreSQL to use, 15 or later: `postgresql://user:password@host:port/name`; for "
        "imports alone also the RDS Data API of AWS, "
        "`data-api://CLUSTER-ARN/DATABASE?secret=SECRET-ARN`",
        "an embedded PostgreSQL in `ROLLBOOK_HOME`",
    ),
    Setting(
        "ROLLBOOK_HOME",
        "where the embedded database, the key file and anonymous files lie (mode 0700)",
        "the platform's user data folder",
        has_file=False,
    ),
    Setting(
        "ROLLBOOK_SECRET_KEY",
        "the installation's key, 32 bytes in Base64: protects credentials and stored files, signs "
        "sessions. The same on every machine",
        "a key file in `ROLLBOOK_HOME`, made on first use",
    ),
    Setting(
        "ROLLBOOK_DATABASE_SECRET",
        "the name or ARN of a secret in AWS Secrets Manager with `username` and `password`, as RDS "
        "keeps them; `DATABASE_URL` then names neither. Read again where a sign-in is refused. "
        "With `data-api://` AWS reads it itself",
        "user and password are in `DATABASE_URL`",
        has_file=False,
    ),
    Setting(
        "ROLLBOOK_SERVING_SECRET",
        "for the function that migrates on AWS: the name or ARN of a secret with `username` and "
        "`password` of the role that serves, which it makes, gives its rights and this password",
        "no role is made",
        has_file=False,
    ),
    Setting(
        "ROLLBOOK_RUNNER",
        "who carries out what a page asks for: `worker`, or `lambda`, a function of AWS",
        "`worker`",
        has_file=False,
    ),
    Setting(
        "ROLLBOOK_LAMBDA_FUNCTION",
        "with `ROLLBOOK_RUNNER=lambda` the name or ARN of the function that imports",
        "none",
        has_file=False,
    ),
    Setting(
        "ROLLBOOK_UPLOADS_BUCKET",
        "a bucket of S3 in the same region: files above 4.2 MB are uploaded to it past the "
        "pages, and taken out of it into the encrypted store",
        "files come with the form",
        has_file=False,
    ),
    Setting(
        "ROLLBOOK_SECRETS",
        "where credentials are kept: `local` (encrypted in the database) or `aws`",
        "`local`",
        has_file=False,
    ),
    Setting(
        "ROLLBOOK_AWS_SECRET_PREFIX",
        "what the names of secrets begin with",
        "`rollbook/`",
        has_file=False,
    ),
    Setting("AWS_REGION", "the region of what is used of AWS", "none", has_file=False),
    Setting(
        "ROLLBOOK_ALLOWED_HOSTS",
        "the names under which the pages are reached, comma-separated, each in full: no `*`, no "
        "dot in front; the first one is printed at start",
        "only this machine",
    ),
    Setting(
        "ROLLBOOK_TLS",
        "`proxy`: a proxy in front speaks TLS and sets `X-Forwarded-Proto`; cookies are then sent "
        "over TLS only. The proxy must also append the browser's address to `X-Forwarded-For`: "
        "the audit log names it, and limits on wrong passwords count by it. "
        "`alone`: `rollbook serve --tls-cert --tls-key` "
        "speaks TLS, and sets this itself ([serve over TLS](../how-to/serve-over-tls.md))",
        "`none`",
    ),
    Setting(
        "ROLLBOOK_LARGEST_FILE_MB",
        "the largest file in megabytes that is fetched, read from this machine or taken from a "
        "browser (from there never more than 1,024)",
        "`2048`",
    ),
    Setting(
        "ROLLBOOK_TRUSTED_PROXIES",
        "the addresses and networks of the proxies in front, comma-separated: `10.0.0.5,fd00::/64`."
        " From them alone `X-Forwarded-For` and `X-Forwarded-Proto` are believed",
        "with `ROLLBOOK_TLS=proxy` this machine (`127.0.0.0/8,::1`), otherwise no one",
    ),
    Setting(
        "ROLLBOOK_SESSION_MINUTES",
        "how long a sign-in lasts at most, whatever is done",
        "`720`",
    ),
    Setting(
        "ROLLBOOK_IDLE_MINUTES",
        "after how long a sign-in ends in which nothing is done; its page asks before. What a page "
        "does on its own, such as showing progress, does not count",
        "`30`",
    ),
    Setting(
        "ROLLBOOK_SECOND_FACTOR",
        "who must have an authenticator app or a passkey: `optional`, `administrators` or "
        "`everyone`. A person without one can add one, and nothing else",
        "`optional`",
        has_file=False,
    ),
    Setting(
        "ROLLBOOK_EMAIL_URL",
        "the mail server: `smtp://user:password@host:587` or `smtps://...`; on AWS `ses://` or "
        "`ses://region` for Amazon SES",
        "no mail is sent",
    ),
    Setting(
        "ROLLBOOK_OUTGOING_ADDRESS",
        "the public address from which connections to SFTP servers come, shown to be named to "
        "their operators",
        "not shown",
    ),
    Setting(
        "ROLLBOOK_URL",
        "what every link in a mail or an invitation begins with, such as `https://rollbook.example.org:8443`",
        "the first of `ROLLBOOK_ALLOWED_HOSTS`; without either, links of invitations begin with "
        "where `rollbook serve` listens, and emails have no link",
    ),
    Setting(
        "ROLLBOOK_HEARTBEAT_URL",
        "an address that is called after an import that went well, unless a planned feed is in "
        "trouble; of a service that raises an alarm where the calls stop. `FEED=ADDRESS` is called "
        "for that feed alone; several, with blanks between them",
        "nothing is called",
    ),
    Setting(
        "ROLLBOOK_WEBHOOK_NETWORKS",
        "private networks into which webhooks may lead, comma-separated: `10.20.0.0/16` "
        "([webhooks](../how-to/tell-other-programs.md))",
        "the public network alone",
    ),
    Setting(
        "ROLLBOOK_SIGN_IN_NETWORKS",
        "private networks in which the identity provider may be, comma-separated: `10.20.0.0/16` "
        "([sign in with Google or Microsoft](../how-to/sign-in-with-google-or-microsoft.md))",
        "the public network alone",
    ),
    Setting("ROLLBOOK_EMAIL_FROM", "the sender of mails", "`rollbook@localhost`"),
    Setting(
        "ROLLBOOK_METRICS_TOKEN",
        "the bearer token with which Prometheus may read `/metrics`, 16 characters or more "
        "([watch with Prometheus](../how-to/watch-with-prometheus.md))",
        "there is no such address",
    ),
    Setting(
        "ROLLBOOK_LOG_FORMAT",
        "what `serve` and `worker` log: `text`, or `json` with one object per line "
        "([logs](logs.md))",
        "`text`",
        has_file=False,
    ),
    Setting(
        "ROLLBOOK_ACCESS_LOG",
        "whether `serve` logs one line per request: `on` or `off`",
        "`on`",
        has_file=False,
    ),
)
