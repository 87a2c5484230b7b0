"""Tables of facts: tab-separated files that a pharmacist can read, loaded strictly, every row with its source.

A file `<table>.tsv`, or several parts `<table>.<part>.tsv` with the same columns, anywhere below a search folder, make
one table. Lines that begin with `#!` declare (`version`, `title`, `licence`, `reviewed`), other `#` lines are comments,
the first remaining line names the columns. `id`, `source` and `reviewed` must be there; a column whose name ends in `?`
may have empty cells. `source` lists ids of the table `sources`, separated by `;`, each with an optional locator after a
space (`ansm-2016 "CLARITHROMYCIN"; who-atc`).
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, ParamSpec, TypeVar, cast

import msgspec

from openward.domain.errors import KnowledgeError, NotFoundError
from openward.domain.evidence import KnowledgeEvidence

DATA: Final = Path(__file__).parent / "data"
SOURCES: Final = "sources"
MAX_BYTES: Final = 64 * 1024 * 1024
_OTHER_FORMATS: Final = frozenset({"hpo"})  # folders of a hospital's files that are no tables of this format
Given = ParamSpec("Given")
Result = TypeVar("Result")
_LOCAL: Final[list[Path]] = []
_READ: Final[list[Path]] = []  # those of them that held files when they were last looked at
_MADE: Final[dict[str, Callable[[], "Table"]]] = {}
_CACHES: Final[list[Callable[[], None]]] = []


class Row(msgspec.Struct, frozen=True):
    """One fact: cells by column, where it came from, and `where` it stands (`file:line`)."""

    id: str
    cells: dict[str, str]
    source: str
    reviewed: date
    where: str

    def __getitem__(self, column: str) -> str:
        """The cell of one column, empty when nothing is stated."""
        try:
            return self.cells[column]
        except KeyError:
            msg = f"{self.where}: the table has no column '{column}'; it has {', '.join(self.cells)}"
            raise KnowledgeError(msg) from None

    def list(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that holds several values separated by `;`."""
        return tuple(part for word in self[column].split(";") if (part := word.strip()))


class Table(msgspec.Struct, frozen=True):
    """One table; `version` is the declared version and a short digest of the bytes it was read from.

    `optional` are the columns whose cells may be empty.
    """

    name: str
    version: str
    rows: tuple[Row, ...]
    index: dict[str, Row]
    columns: tuple[str, ...]
    title: str = ""
    licence: str = ""
    reviewed: date | None = None
    optional: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Row]:
        """The rows, in the order of the file."""
        return iter(self.rows)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def row(self, id: str) -> Row:
        """One row by its id.

        Raises:
            NotFoundError: there is no such row in this version of the table.
        """
        try:
            return self.index[id]
        except KeyError:
            msg = f"the table '{self.name}' {self.version} has no row '{id}'"
            raise NotFoundError(msg) from None

    def evidence(self, row: Row | str) -> KnowledgeEvidence:
        """Evidence that names one row exactly, with the citation of its source."""
        found = self.row(row if isinstance(row, str) else row.id)
        return KnowledgeEvidence(self.name, self.version, found.id, found.source, found.reviewed)


class _Part(msgspec.Struct, frozen=True):
    """One file of a table, split into cells; each line is (line number, cells)."""

    path: Path
    digest: bytes
    declared: dict[str, str]
    header: tuple[str, ...]
    lines: tuple[tuple[int, list[str]], ...]


def find(name: str, search: Sequence[Path] = ()) -> Table:
    """The table of that name, read on first use.

    `search` names folders of a hospital's own rows, which replace rows of the same id and add to the built-in ones.

    Raises:
        KnowledgeError: there is no such table, or it is malformed; the message names file, line and column.
    """
    if name in _MADE:
        return _MADE[name]()
    search = tuple(search) or tuple(_LOCAL)
    known = _files(search)
    if name not in known:
        msg = f"there is no table '{name}' below {', '.join(str(p) for p in (DATA, *search))}"
        raise KnowledgeError(msg)
    return _read(name, known[name], () if name == SOURCES else known[SOURCES])


def provide(name: str, make: Callable[[], Table]) -> None:
    """Names a table that is made from files of another format, so that evidence can name its rows too."""
    _MADE[name] = make


def names(search: Sequence[Path] = ()) -> tuple[str, ...]:
    """The names of all tables, sorted."""
    return tuple(sorted(_files(tuple(search) or tuple(_LOCAL))))


def faults() -> dict[str, str]:
    """What is wrong with the tables that a hospital laid its own rows over, by table: these cannot be read at all.

    Without its own rows a table is not read either: what a hospital decided must not be missing without a word. Where
    it is the sources, no table can be read, and they alone are told.
    """
    found: dict[str, str] = {}
    for name, files in sorted(_files(tuple(_LOCAL)).items()):
        if not all(map(_is_own, files)):
            try:
                find(name)
            except KnowledgeError as error:
                found[name] = str(error)
    return {SOURCES: found[SOURCES]} if SOURCES in found else found


def readable() -> tuple[Table, ...]:
    """All tables but those that cannot be read, by name."""
    broken = faults()
    return () if SOURCES in broken else tuple(find(name) for name in names() if name not in broken)


def without_folders(text: str) -> str:
    """What is said of a table's files, by name alone: where they lie is for whoever runs the ward."""
    for folder in (*_LOCAL, DATA):
        text = text.replace(f"{folder}{os.sep}", "")
    return text


def read(path: Path, *, sources: Table | None = None) -> Table:
    """Reads one file as a table of its own (an importer or a service's own folder).

    Raises:
        KnowledgeError: the file is malformed; the message names file, line and column.
    """
    return _assemble(_table_name(path), (path,), sources or find(SOURCES))


def use_local(folder: Path) -> None:
    """Lays a hospital's own rows (`*.tsv` below a folder) over the built-in ones, for this whole process.

    What was read from the built-in ones is kept where neither this folder nor the one before holds anything.
    """
    wanted = [folder.resolve()] if folder.is_dir() else []
    if wanted == _LOCAL:
        return
    touched = bool(_READ or _holding(_LOCAL) or _holding(wanted))
    _LOCAL[:] = wanted
    if touched:
        forget()


def _holding(folders: Sequence[Path]) -> list[Path]:
    return [folder for folder in folders if any(path.is_file() for path in folder.rglob("*"))]


def local() -> tuple[Path, ...]:
    """The folders of a hospital's own knowledge, which hold its files in other formats too."""
    return tuple(_LOCAL)


def remembered(maxsize: int) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """A cache of what was worked out from tables; `forget` empties it together with them."""

    def remember(work: Callable[Given, Result]) -> Callable[Given, Result]:
        cached = lru_cache(maxsize=maxsize)(work)
        _CACHES.append(cached.cache_clear)
        return cast("Callable[Given, Result]", cached)

    return remember


def forget() -> None:
    """Drops all tables, and what was worked out from them, so that changed files are read again."""
    _READ[:] = _holding(_LOCAL)
    for clear in _CACHES:
        clear()


@remembered(256)
def _read(name: str, files: tuple[Path, ...], sources: tuple[Path, ...]) -> Table:
    return _assemble(name, files, _read(SOURCES, sources, ()) if sources else None)


@remembered(32)
def _files(search: tuple[Path, ...]) -> dict[str, tuple[Path, ...]]:
    found: dict[str, list[Path]] = {}
    for folder in (DATA, *search):
        for path in sorted(folder.rglob("*.tsv")):
            if _OTHER_FORMATS.intersection(path.relative_to(folder).parts[:-1]):
                continue
            found.setdefault(_table_name(path), []).append(path)
    return {name: tuple(paths) for name, paths in found.items()}


def _table_name(path: Path) -> str:
    return path.name.split(".", 1)[0]


def _assemble(name: str, files: tuple[Path, ...], sources: Table | None) -> Table:
    parts = [_part(path) for path in files]
    first = parts[0]
    rows: dict[str, Row] = {}
    for part in parts:
        own = _is_own(part.path)
        _same_columns(part, first, own=own)
        fresh = _rows(part, sources, first.header)
        for key, row in fresh.items():
            if key in rows and own:
                raise KnowledgeError(f"{row.where}: column 'id': '{key}' stands already at {rows[key].where}")
            rows[key] = row
    digest = hashlib.sha256(b"".join(part.digest for part in parts)).hexdigest()[:12]
    return Table(
        name=name,
        version=f"{first.declared['version']}+{digest}",
        rows=tuple(rows.values()),
        index=rows,
        columns=tuple(column.rstrip("?") for column in first.header),
        title=first.declared.get("title", ""),
        licence=first.declared.get("licence", ""),
        reviewed=_date(first.declared["reviewed"], f"{first.path}: '#! reviewed'"),
        optional=tuple(column.rstrip("?") for column in first.header if column.endswith("?")),
    )


def _same_columns(part: _Part, first: _Part, *, own: bool) -> None:
    """A hospital's file may leave out columns whose cells may be empty: they may be younger than the file."""
    if part.header == first.header:
        return
    missing = [column for column in first.header if column not in part.header]
    if own or not set(part.header) <= set(first.header) or not all(column.endswith("?") for column in missing):
        raise KnowledgeError(f"{part.path}: the columns differ from those of {first.path}")


def _is_own(path: Path) -> bool:
    return path.is_relative_to(DATA)


def _part(path: Path) -> _Part:
    """Splits a file into its declarations, its header and its lines of cells."""
    data, text = _text(path)
    declared: dict[str, str] = {}
    lines: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#!"):
            key, _, value = line[2:].partition(":")
            declared[key.strip()] = value.strip()
        elif line.strip() and not line.startswith("#"):
            lines.append((number, [cell.strip() for cell in line.split("\t")]))
    header = _header(path, lines)
    for key in ("version", "reviewed"):
        if not declared.get(key):
            raise KnowledgeError(f"{path}: the line '#! {key}: …' is missing")
    return _Part(path, hashlib.sha256(data).digest(), declared, header, tuple(lines[1:]))


def _text(path: Path) -> tuple[bytes, str]:
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise KnowledgeError(f"{path}: the file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"{path}:{_strange(error)}: this is no UTF-8; save the file as UTF-8") from error
    if len(data) > MAX_BYTES:
        raise KnowledgeError(f"{path}: {len(data)} bytes; a table may have {MAX_BYTES}")
    return data, text


def _strange(error: UnicodeDecodeError) -> str:
    """Line and column of a byte that is none of UTF-8."""
    before = error.object[: error.start].split(b"\n")
    header = next((line for line in error.object.split(b"\n") if line.strip() and not line.startswith(b"#")), b"")
    columns = dict(enumerate(header.decode("utf-8", "replace").strip().split("\t")))
    at = before[-1].count(b"\t")
    return f"{len(before)}: column '{columns.get(at, at + 1)}'"


def _header(path: Path, lines: list[tuple[int, list[str]]]) -> tuple[str, ...]:
    if not lines:
        raise KnowledgeError(f"{path}: the table has no header line")
    number, cells = lines[0]
    header = tuple(cells)
    if len(set(header)) != len(header) or not all(header):
        raise KnowledgeError(f"{path}:{number}: a column has no name or the name of another")
    needed = {"id"} if _table_name(path) == SOURCES else {"id", "source", "reviewed"}
    if missing := needed - set(header):
        raise KnowledgeError(f"{path}:{number}: column '{min(missing)}' is missing")
    return header


def _rows(part: _Part, sources: Table | None, header: tuple[str, ...]) -> dict[str, Row]:
    bare = dict.fromkeys((column.rstrip("?") for column in header), "")
    columns = tuple(column.rstrip("?") for column in part.header)
    needed = tuple(i for i, column in enumerate(part.header) if not column.endswith("?"))
    at_id = columns.index("id")
    rows: dict[str, Row] = {}
    for number, cells in part.lines:
        where = f"{part.path}:{number}"
        if len(cells) != len(columns):
            column = columns[len(cells)] if len(cells) < len(columns) else "after " + columns[-1]
            raise KnowledgeError(f"{where}: column '{column}': {len(cells)} cells for {len(columns)} columns")
        for i in needed:
            if not cells[i]:
                raise KnowledgeError(f"{where}: column '{columns[i]}': the cell is empty")
        key = cells[at_id]
        if key in rows:
            raise KnowledgeError(f"{where}: column 'id': '{key}' stands already at {rows[key].where}")
        rows[key] = _row(bare | dict(zip(columns, cells, strict=True)), where, sources, part.declared["reviewed"])
    return rows


def _row(cells: dict[str, str], where: str, sources: Table | None, reviewed: str) -> Row:
    day = _date(cells.get("reviewed", reviewed), f"{where}: column 'reviewed'")
    source = cells["citation"] if sources is None else _cite(cells["source"], where, sources)
    return Row(cells["id"], cells, source, day, where)


def _cite(cell: str, where: str, sources: Table) -> str:
    """The citations that a source cell names, each with its locator."""
    cited = []
    for word in cell.split(";"):
        key, _, locator = word.strip().partition(" ")
        if key not in sources.index:
            raise KnowledgeError(f"{where}: column 'source': '{key}' is not in the table '{SOURCES}'")
        citation = sources.index[key].cells["citation"]
        cited.append(f"{citation}, {locator.strip()}" if locator else citation)
    return "; ".join(cited)


@cache
def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _date(text: str, where: str) -> date:
    day = _iso(text)
    if day is None:
        raise KnowledgeError(f"{where}: '{text}' is not a date such as 2026-11-21")
    return day
