"""The tests here share one open ward a module."""

from tests.opened import address, house, pharmacist, program

__all__ = ["address", "house", "pharmacist", "program"]
