"""Starts the web server."""

import threading
import webbrowser

import uvicorn

from openward.doors.http.app import web_app
from openward.ward import Ward

_BROWSE_AFTER_SECONDS = 1.0


def serve(ward: Ward, *, host: str, port: int, browse: bool = False) -> None:
    """Serves the ward until interrupted; the access log is off, since addresses hold patients' ids."""
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/"  # noqa: S104 - shown, not bound here
    if browse:
        threading.Timer(_BROWSE_AFTER_SECONDS, webbrowser.open, [address]).start()
    uvicorn.run(web_app(ward), host=host, port=port, access_log=False, log_level="warning", server_header=False)
