"""The studio: agents without code; a manifest becomes a service like any other."""
