"""`python -m openward`."""

from openward.doors.cli import main

main()
