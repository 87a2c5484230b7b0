"""All calculators: the shared inputs, one file an instrument, and the knowledge row that names each and its source."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.tables import Row
from openward.services.clinical_calculator.demands import faults_of
from openward.services.clinical_calculator.instruments import InputDefinition, Instrument, inputs_of

TABLE: Final = "calculators"
FOLDER: Final = Path(__file__).parent / "knowledge"


class Calculator(msgspec.Struct, frozen=True, kw_only=True):
    """An instrument with its identity: the row of the table `calculators`, its field, the definitions of its inputs."""

    id: str
    field: str
    row: Row
    instrument: Instrument
    definitions: dict[str, InputDefinition]

    @property
    def name(self) -> Text:
        """What a person calls it."""
        return Text(self.row["name_en"], self.row["name_zh"])

    def called(self) -> Iterator[str]:
        """Every word that it answers to."""
        yield from (self.id, self.row["name_en"], self.row["name_zh"])
        yield from (*self.row.list("synonyms_en"), *self.row.list("synonyms_zh"))


class Library(msgspec.Struct, frozen=True, kw_only=True):
    """All calculators and inputs by id, and the digest of the files that they were read from."""

    calculators: dict[str, Calculator]
    definitions: dict[str, InputDefinition]
    version: str


@cache
def library() -> Library:
    """All instruments, read and checked on first use.

    Raises:
        KnowledgeError: a file is malformed; the message names the file and what is wrong.
    """
    definitions = _decoded(FOLDER / "inputs.toml", dict[str, InputDefinition])
    table = tables.find(TABLE)
    found = {c.id: c for path in sorted(FOLDER.glob("instruments/*/*.toml")) for c in [_read(path, definitions)]}
    if lost := sorted(table.index.keys() - found.keys()):
        raise KnowledgeError(f"the table '{TABLE}' has the row '{lost[0]}', but there is no instrument of that name")
    return Library(calculators=found, definitions=definitions, version=_digest())


def _read(path: Path, definitions: Mapping[str, InputDefinition]) -> Calculator:
    instrument = _decoded(path, Instrument)
    if faults := faults_of(instrument, definitions):
        raise KnowledgeError(f"{path.name}: {'; '.join(faults)}")
    row = tables.find(TABLE).index.get(path.stem)
    if row is None:
        raise KnowledgeError(f"{path.name}: the table '{TABLE}' has no row '{path.stem}' with its names and source")
    named = {name: definitions[name] for name in inputs_of(instrument)}
    return Calculator(id=path.stem, field=path.parent.name, row=row, instrument=instrument, definitions=named)


def _decoded(path: Path, type: Any) -> Any:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), type)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise KnowledgeError(f"{path.name}: {error}") from error


def _digest() -> str:
    files = (FOLDER / "inputs.toml", *sorted(FOLDER.glob("instruments/*/*.toml")))
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()[:12]
