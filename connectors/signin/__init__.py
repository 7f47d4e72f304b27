"""Who may sign in: users, roles, sessions, tokens, one-time codes; apart from facts and from responsible people."""
