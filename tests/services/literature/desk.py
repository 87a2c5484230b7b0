"""A ward's own knowledge folder with a corpus on its shelf, and the service over it."""

import json
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from tests.services.desk import propose_by

from openward.knowledge import tables
from openward.knowledge.literature.importing import import_paths
from openward.knowledge.literature.shelf import Shelf
from openward.services.literature import SERVICE

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def shelve(folder, documents, corpus="main"):
    """Imports documents, given as plain data, into the shelf below a folder."""
    path = folder / "given.ndjson"
    path.write_text("\n".join(json.dumps(d) for d in documents), encoding="utf-8")
    with closing(Shelf.at(folder)) as shelf:
        report = import_paths(shelf, corpus, [path], NOW)
    assert report.refused == []
    return report


@contextmanager
def ward_with(folder, documents=None):
    """The process reads the knowledge of that folder while this lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    if documents is not None:
        shelve(folder, documents)
    before = tables.local()
    tables.use_local(folder)
    try:
        yield
    finally:
        tables.use_local(before[0] if before else folder / "none")


def propose(given, language="en"):
    return propose_by(SERVICE, given, language=language)
