"""One ward with its web doors open, shared by the tests of a module."""

import httpx
import pytest
from tests.wards import a_house, bearer, served


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(house):
    with served(house.ward) as url:
        yield url


@pytest.fixture(scope="module")
def program(house, address):
    """A program that may run services and read."""
    with httpx.Client(base_url=address, headers=bearer(house.program), timeout=30) as client:
        yield client


@pytest.fixture
def pharmacist(house, address):
    """A pharmacist in a session of their own."""
    with httpx.Client(base_url=address, headers=bearer(house.session()), timeout=30) as client:
        yield client
