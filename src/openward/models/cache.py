"""Answers that were given to exactly the same words, kept in memory only: they may hold a patient's data."""

import hashlib
import threading
from collections import OrderedDict
from typing import Final

import msgspec

from openward.domain.model import ChatRequest, Model, Reply
from openward.domain.usage import Account

_encode: Final = msgspec.json.Encoder(order="deterministic").encode


def digest_of(model: Model, request: ChatRequest) -> str:
    """The SHA-256 of all that decides about an answer: the model and its version, and the request as it is sent."""
    asked = msgspec.structs.replace(request, account=Account(), seconds=0.0, fresh=False, model=None, identifiers=())
    said = _encode((model.id, model.version, model.name, model.address, asked))
    return hashlib.sha256(said).hexdigest()


class Cache:
    """The answers of the last calls, up to a number of bytes; what was not asked for the longest goes first."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._kept: OrderedDict[str, tuple[Reply, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digest: str) -> Reply | None:
        """The answer to a request, if it is still kept."""
        with self._lock:
            found = self._kept.get(digest)
            if found is None:
                return None
            self._kept.move_to_end(digest)
            return found[0]

    def put(self, digest: str, reply: Reply) -> None:
        """Keeps an answer."""
        size = len(_encode(reply)) + len(digest)
        if size > self._most:
            return
        with self._lock:
            self._size += size - self._kept.pop(digest, (reply, 0))[1]
            self._kept[digest] = (reply, size)
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1][1]
