"""Runs a service: read, think, check, keep."""
