"""The command line."""

import sys


def main() -> None:
    """The `openward` command; errors of the house become one clear line and exit code 2."""
    from openward.domain.errors import OpenWardError
    from openward.doors.cli.app import app

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
