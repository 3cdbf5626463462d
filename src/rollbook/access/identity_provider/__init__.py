"""Signing in with the district's identity provider: OpenID Connect, spoken by allauth."""
