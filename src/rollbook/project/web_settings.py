"""Django's settings with the pages: what `rollbook serve`, `admins` and `migrate` need on top."""

import hashlib
import os
from importlib.resources import files

from rollbook import logs
from rollbook.core.file_set import MOST_FILES
from rollbook.environ import check_native, importing_function, largest_file, public_url, read
from rollbook.home import is_demo
from rollbook.project import environment
from rollbook.project.settings import *  # noqa: F403

check_native(os.environ)
SECRET_KEY = environment.signing_key(os.environ)
ALLOWED_HOSTS = environment.allowed_hosts(read(os.environ, "ROLLBOOK_ALLOWED_HOSTS"))
# What links begin with; `serve` knows it where it is not set.
PUBLIC_URL = public_url(os.environ)
IS_DEMO = is_demo(os.environ)
TLS = environment.tls(read(os.environ, "ROLLBOOK_TLS", "none"))
IS_TLS, IS_BEHIND_PROXY = TLS != "none", TLS == "proxy"

INSTALLED_APPS = [
    "rollbook.records",
    "rollbook.access",
    "rollbook.web",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_htmx",
    "heroicons",
]
MIDDLEWARE = [
    "rollbook.access.client_address.Origin",
    "rollbook.web.middleware.request_log.RequestLog",
    "rollbook.web.middleware.responses.SecurityHeaders",
    "rollbook.api.problems.Problems",
    "rollbook.web.middleware.database_patience.DatabasePatience",
    "rollbook.web.middleware.encryption_key.OneKey",
    "django.middleware.security.SecurityMiddleware",
    "rollbook.web.middleware.compressed.CompressedFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",  # says the length of what is below
    "rollbook.web.middleware.responses.NothingUnseen",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rollbook.access.sessions.SessionEnd",
    "rollbook.api.gate.Gate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "rollbook.web.middleware.disclosure.Disclosure",
    "rollbook.web.middleware.request_validation.RefuseHostile",
    "rollbook.web.middleware.ended_session.EndedSession",
    "rollbook.web.middleware.lost_decisions.LostDecisions",
]
ROOT_URLCONF = "rollbook.project.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rollbook.web.context_processors.page",
            ],
            "builtins": [
                "django.contrib.humanize.templatetags.humanize",
                "django.templatetags.static",
                "heroicons.templatetags.heroicons",
                "rollbook.web.templatetags.rollbook",
            ],
        },
    }
]

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["rollbook.access.backend.AddressBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"rollbook.access.passwords.{name}"} for name in ("EnoughSigns", "HardToGuess")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
ACCOUNT_ADAPTER = "rollbook.access.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
# Not allauth's: looking at a made-up link wrote a row with it.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # its mail invites strangers to sign up
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "reset_password": "rollbook.access.forms.ResetForm",
    "change_password": "rollbook.access.forms.ChangeForm",
    "set_password": "rollbook.access.forms.SetForm",
    "reset_password_from_key": "rollbook.access.forms.FromLinkForm",
}
MFA_FORMS = {"add_webauthn": "rollbook.access.key_form.AddKeyForm"}
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A whole district sits behind one address, so failures count by account and address together.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "5/5m/key,100/m/ip"}
# One provider, which is no row of allauth's; what it hands out is not kept.
SOCIALACCOUNT_ADAPTER = "rollbook.access.provider_flow.ProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
MFA_ADAPTER = "rollbook.access.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts have the address that an administrator gave them
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_TLS  # browsers themselves allow it on localhost alone
MFA_TOTP_ISSUER = "Rollbook"

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = 60 * environment.minutes(
    read(os.environ, "ROLLBOOK_SESSION_MINUTES", "720"), "ROLLBOOK_SESSION_MINUTES"
)
IDLE_SECONDS = 60 * environment.minutes(
    read(os.environ, "ROLLBOOK_IDLE_MINUTES", "30"), "ROLLBOOK_IDLE_MINUTES"
)
SECOND_FACTOR = environment.one_of(
    os.environ, "ROLLBOOK_SECOND_FACTOR", "optional", "administrators", "everyone"
)
# Text, signed: a person who writes to the table can neither sign in nor run anything.
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if IS_TLS:  # a browser takes such a name from this very host alone, over TLS
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_TLS
SECURE_SSL_REDIRECT = IS_TLS
SECURE_HSTS_SECONDS = 31_536_000 if IS_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_BEHIND_PROXY else None
# A probe asks on this machine or in its network, without the proxy; the answer tells nothing.
SECURE_REDIRECT_EXEMPT = [r"^healthz(/data)?$"]
TRUSTED_PROXIES = environment.networks(
    read(os.environ, "ROLLBOOK_TRUSTED_PROXIES", "127.0.0.0/8,::1" if IS_BEHIND_PROXY else ""),
    "ROLLBOOK_TRUSTED_PROXIES",
)
# A wrong list is refused at the start, not at the first sign-in.
environment.networks(read(os.environ, "ROLLBOOK_SIGN_IN_NETWORKS"), "ROLLBOOK_SIGN_IN_NETWORKS")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "rollbook.web.pages.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
# A file may have 2,000 columns, and the page that says what they mean has a few fields for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_NUMBER_FILES = MOST_FILES + 1  # one more is told in the form
FILE_UPLOAD_HANDLERS = ["rollbook.transfers.uploads.AnonymousFileHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
largest_file(os.environ)  # a wrong one is refused at the start, not at the first upload

METRICS_TOKEN = environment.metrics_token(read(os.environ, "ROLLBOOK_METRICS_TOKEN"))

HAS_MAIL = environment.has_mail(read(os.environ, "ROLLBOOK_EMAIL_URL"))
# Mails leave through the outbox alone; what would send one past it fails.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
importing_function(os.environ)  # a wrong runner is refused at the start, not at the first click
OUTGOING_ADDRESS = read(os.environ, "ROLLBOOK_OUTGOING_ADDRESS")

_STATIC = files("rollbook.web") / "static" / "rollbook"
_VERSION = hashlib.sha256(
    b"".join(part.read_bytes() for part in sorted(_STATIC.iterdir(), key=lambda part: part.name))
).hexdigest()[:12]
# A new version has a new address, so a browser may keep what it has without asking.
STATIC_URL = f"/static/{_VERSION}/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31_536_000
# On standard error: of others errors alone, without their text, and no query string of anybody.
LOGGING_CONFIG = "logging.config.dictConfig"
HAS_ACCESS_LOG = environment.one_of(os.environ, "ROLLBOOK_ACCESS_LOG", "on", "off") == "on"
LOGGING = logs.configuration(LOG_FORMAT, requests=HAS_ACCESS_LOG)  # noqa: F405
LANGUAGE_CODE = "en-us"
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # the district's own domains decide
