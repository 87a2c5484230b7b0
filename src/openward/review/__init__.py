"""The person: what waits, what was shown, what was decided."""
