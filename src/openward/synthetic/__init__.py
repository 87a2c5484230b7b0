"""The synthetic hospital: seeded patients with stories."""
