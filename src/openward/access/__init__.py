"""Who may do what: persons, sessions, tokens, roles, scopes."""
