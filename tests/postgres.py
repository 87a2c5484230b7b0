"""A real PostgreSQL for the tests: its own data folder, loopback only, gone at the end."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

PASSWORD = "a-Secret:of/the@tests"
_TEMPLATE = "openward_empty"


class Server:
    """A running server; every `database()` is a new, empty one."""

    def __init__(self, binaries: Path, folder: Path, port: int, as_user: list[str]) -> None:
        self.port = port
        self._binaries, self._folder, self._as_user = binaries, folder, as_user
        self._count = 0

    def url(self, database: str, *, password: str = PASSWORD, user: str = "ward") -> str:
        quoted = password.replace(":", "%3A").replace("/", "%2F").replace("@", "%40")
        return f"postgresql://{user}:{quoted}@127.0.0.1:{self.port}/{database}"

    def database(self) -> str:
        self._count += 1
        name = f"ward_{self._count}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return self.url(name)

    def drop(self, url: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, str(self._binaries / program), "-D", str(self._folder / "data"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=self._folder, check=False)
        assert done.returncode == 0, f"{program} failed:\n{done.stdout}{done.stderr}"


def find_binaries() -> Path | None:
    """The folder of initdb: Debian's, or that of an initdb on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@contextlib.contextmanager
def started() -> Iterator[Server]:
    """Starts a server and stops it at the end; as the user postgres when the tests run as root, which may not."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed here (Debian: apt-get install -y postgresql)")
    as_user: list[str] = []
    with tempfile.TemporaryDirectory(prefix="openward-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            as_user = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
        server = Server(binaries, folder, _free_port(), as_user)
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        server.run(
            "initdb", "-U", "ward", "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8"
        )
        settings = f"-p {server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        server.run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", settings, "start")
        try:
            _wait(server)
            yield server
        finally:
            server.run("pg_ctl", "-m", "immediate", "stop")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _wait(server: Server) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for the whole run of the tests."""
    with started() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The URL of a new, empty database, dropped afterwards."""
    url = postgres.database()
    yield url
    postgres.drop(url)
