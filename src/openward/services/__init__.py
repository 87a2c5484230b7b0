"""The clinical services: one folder each, all of one shape, none knows another."""
