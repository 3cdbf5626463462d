"""Mails: what they contain, and how they leave; and the call of the uptime service."""
