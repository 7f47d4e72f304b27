"""Who signs in, and as what: users, roles, sessions, tokens."""
