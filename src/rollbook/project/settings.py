"""Django's settings, from the environment."""

import os
import secrets

from rollbook.environ import read
from rollbook.project import environment

# Signs sessions, of which there are none yet; a new one per process is the safest.
SECRET_KEY = secrets.token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = ["rollbook.records"]
# Without an address there is no database: tools that only read the models do not need one.
_URL = read(os.environ, "DATABASE_URL")
DATABASES = {"default": environment.database(_URL)} if _URL else {}
# Limits, and what a connection test has found, hold for every process on every machine.
CACHES = {"default": {"BACKEND": "rollbook.access.cache.JsonCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LOG_FORMAT = environment.one_of(os.environ, "ROLLBOOK_LOG_FORMAT", "text", "json")
LOGGING_CONFIG: str | None = None  # `serve` and `worker` set it up; other commands log nothing
