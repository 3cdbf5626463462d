"""Django's settings, from the environment."""

import os
import secrets

from rollbook.project import environment

# Signs sessions, of which there are none yet; a new one per process is the safest.
SECRET_KEY = secrets.token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = ["rollbook.records"]
DATABASES = {"default": environment.database(environment.read(os.environ, "DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LOGGING_CONFIG = None  # nothing is logged that we did not write ourselves
