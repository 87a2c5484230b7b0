"""Tables of medical facts, each row with its source, version and date of review."""
