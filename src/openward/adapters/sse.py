"""Server-sent events (WHATWG HTML, 9.2): the data of each event out of a stream of bytes."""

from typing import Final

# No event of a chat is as long; a server that sends one without an end must not fill the memory.
LONGEST: Final = 4 * 1024 * 1024


class TooLongError(ValueError):
    """An event without an end."""


class Events:
    """Takes bytes as they come and gives the data of each event that is whole."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._rest = b""
        self._data: list[bytes] = []
        self._size = 0
        self._after_return = False

    def feed(self, data: bytes) -> list[bytes]:
        """The data of the events that these bytes complete.

        Raises:
            TooLongError: an event is longer than the most that is taken.
        """
        if self._after_return and data.startswith(b"\n"):
            data = data[1:]
        if data:
            self._after_return = data.endswith(b"\r")
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        done = [event for line in lines if (event := self._line(line)) is not None]
        if len(self._rest) + self._size > self._longest:
            raise TooLongError
        return done

    def _line(self, line: bytes) -> bytes | None:
        if not line:
            data, self._data, self._size = self._data, [], 0
            return b"\n".join(data) if data else None
        if line.startswith(b"data:"):
            value = line[5:].removeprefix(b" ")
            self._data.append(value)
            self._size += len(value)
        return None
