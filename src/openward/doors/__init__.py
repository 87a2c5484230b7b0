"""How the world comes in: parse, call, show; no rule lives here."""
