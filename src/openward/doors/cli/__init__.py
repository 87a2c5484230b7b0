"""The command line."""

import atexit
import gc
import sys
from typing import Final

# The tables of the knowledge are many objects that stay to the end: looking through them for what is left over took a
# fifth of the time of a command, and as much again after its last line was printed.
_LOOK_AFTER: Final = 50_000


def main() -> None:
    """The `openward` command; errors of the house become one clear line and exit code 2."""
    from openward.domain.errors import OpenWardError
    from openward.doors.cli.app import app

    gc.set_threshold(_LOOK_AFTER, 20, 50)
    atexit.register(gc.freeze)
    try:
        app()
    except OpenWardError as error:
        sys.stderr.write(f"openward: {error}\n")
        raise SystemExit(2) from None
    except BrokenPipeError:
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        sys.stderr.write("openward: interrupted; what was committed is kept, run the same command again to go on\n")
        raise SystemExit(130) from None
