"""The batch door: one service over every row of a file, in constant memory."""

from openward.doors.batch.batch import Summary, run_batch

__all__ = ["Summary", "run_batch"]
