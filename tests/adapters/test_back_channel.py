"""The way to the identity provider: what is slow, long, elsewhere or broken is told apart and never followed."""

import base64
import re
import socket
import threading
import time
from contextlib import contextmanager

import pytest
from tests.wards import free_port

from openward.adapters.back_channel import MOST_BYTES, HttpBackChannel
from openward.domain.errors import SignInError


@contextmanager
def answering(*pieces, pause=0.0):
    """A server that answers one request with some bytes; gives its address and what it was asked."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            with connection:
                asked.append(whole(connection))
                try:
                    for piece in pieces:
                        connection.sendall(piece)
                        time.sleep(pause)
                except OSError:
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/door?a=1", asked
        thread.join(10)


def whole(connection):
    """A request with its body, which may come in a packet of its own."""
    told = connection.recv(65536)
    head, _, body = told.partition(b"\r\n\r\n")
    length = int((re.search(rb"(?i)content-length: (\d+)", head) or [b"", b"0"])[1])
    return told + (connection.recv(length - len(body), socket.MSG_WAITALL) if length > len(body) else b"")


def ok(body):
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def fault(address, **settings):
    with pytest.raises(SignInError) as caught:
        HttpBackChannel(**settings).get(address)
    return caught.value.fault


def test_what_stands_at_an_address_is_read():
    with answering(ok(b"{}")) as (address, asked):
        assert HttpBackChannel().get(address) == b"{}"
    assert asked[0].startswith(b"GET /door?a=1 HTTP/1.1\r\n")


def test_a_form_goes_with_name_and_secret_as_the_standard_wants_them():
    with answering(ok(b"{}")) as (address, asked):
        HttpBackChannel().post(address, {"code": "a b&c"}, ("my client", "p:ä+%"))
    head, _, body = asked[0].partition(b"\r\n\r\n")
    told = base64.b64decode(head.partition(b"Authorization: Basic ")[2].split(b"\r\n")[0]).decode()
    assert told == "my+client:p%3A%C3%A4%2B%25"
    assert body == b"code=a+b%26c"


@pytest.mark.parametrize(
    ("line", "why"),
    [(b"302 Found\r\nLocation: http://evil.example/", "refused"), (b"400 Bad Request", "refused"),
     (b"401 Unauthorized", "refused"), (b"500 Oops", "unreachable"), (b"429 Slow", "unreachable")],
)  # fmt: skip
def test_anything_but_success_is_an_error_and_no_redirect_is_followed(line, why):
    with answering(b"HTTP/1.1 " + line + b"\r\nContent-Length: 0\r\n\r\n") as (address, _):
        assert fault(address) == why


def test_an_endless_answer_is_cut_off():
    with answering(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * (MOST_BYTES + 100_000)) as (address, _):
        assert fault(address) == "unreachable"


def test_a_slow_answer_is_cut_off():
    with answering(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 30, pause=0.05) as (address, _):
        assert fault(address, seconds=0.3) == "unreachable"


@pytest.mark.parametrize(
    "address",
    ["http://id.hospital.example/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "https://", "nonsense", "http://[::1"],
)
def test_only_https_leaves_this_machine(address):
    assert fault(address) == "unreachable"


def test_nobody_there_is_told_without_quoting_anything():
    with pytest.raises(SignInError, match=r"cannot be reached \(ConnectionRefusedError\)"):
        HttpBackChannel().get(f"http://127.0.0.1:{free_port()}/x?secret=1")
