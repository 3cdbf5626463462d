"""Who may come in: people, their roles, and how they sign in."""
