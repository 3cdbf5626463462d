"""The addresses of the API, under its namespace."""

from rollbook.api.routes import URLS

urlpatterns = URLS[0]
