"""The body of an HTTP answer, up to a size."""

import aiohttp

from openward.adapters.sse import TooLongError

_PIECE = 256 * 1024


async def body_of_answer(response: aiohttp.ClientResponse, most: int) -> bytes:
    """All bytes of an answer.

    Raises:
        TooLongError: there are more than the most that is taken.
    """
    parts, size = [], 0
    while part := await response.content.read(_PIECE):
        parts.append(part)
        size += len(part)
        if size > most:
            raise TooLongError
    return b"".join(parts)
