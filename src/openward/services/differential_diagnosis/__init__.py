"""Differential diagnosis: what may lie behind a complaint, what must not be missed, and what to ask next."""
