"""Which model may answer, what it may see, what it may cost; and what it did."""
