"""The synthetic hospital: seeded patients with stories."""

from openward.synthetic.hospital import Truth, generate, truth, write_ndjson, write_truth

__all__ = ["Truth", "generate", "truth", "write_ndjson", "write_truth"]
