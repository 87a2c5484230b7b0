"""How a change is looked at: complete the row, see whether it can stand, compare it, say what becomes weaker."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, get_args

from openward.domain.errors import InputError
from openward.domain.evidence import Evidence, InputEvidence
from openward.domain.proposal import SEVERITIES, Examined, MadeBy, Present, Proposal
from openward.harness.service import Context
from openward.knowledge import house_rows, tables
from openward.knowledge.columns import faults_of
from openward.knowledge.house_rows import HouseRow
from openward.knowledge.tables import SOURCES, Row, Table
from openward.record.chart import Chart
from openward.services.knowledge_change.proposal import CellChange, CellFault, KnowledgeChange
from openward.services.knowledge_change.reads import NewSource, Reads
from openward.services.knowledge_change.showing import NOT_READ, ROWS, finding_of, summary_of

SERVICE_ID: Final = "knowledge-change"
VERSION: Final = "0.1.0"
_STRENGTHS: Final[dict[str, tuple[str, ...]]] = {"severity": SEVERITIES, "present": get_args(Present)}
_KEPT: Final = frozenset({"id", "reviewed"})


def propose(reads: Reads, _chart: Chart | None, context: Context) -> Proposal[KnowledgeChange]:
    """One row as it would be, beside the one that counts today.

    Raises:
        InputError: there is no such table, it is made from files of another format, or nothing would change.
    """
    table = _table(reads.table)
    before = table.index.get(reads.row)
    cells = _cells(reads, table, before, context.now.date().isoformat())
    changes = tuple(_changes(table, before, cells))
    faults = tuple(_faults(reads, table, cells, context.language))
    if not changes and not faults:
        msg = f"'cells' changes nothing: row '{reads.row}' of '{reads.table}' says this already"
        raise InputError(msg)
    body = KnowledgeChange(
        table=table.name, title=table.title or table.name, row=reads.row, adds=before is None, cells=cells,
        changes=changes, why=reads.why, new_source=reads.new_source,
        faults=faults,
    )  # fmt: skip
    found = [finding_of(kind, body, _evidence(table, before, reads), context.language) for kind in _kinds(body)]
    return Proposal(
        summary=summary_of(body, context.language),
        body=body,
        findings=tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))),
        not_checked=(NOT_READ[context.language],),
        examined=(Examined(what=ROWS.in_(context.language), count=len(table)),),
        language=context.language,
        made_by=MadeBy(service=SERVICE_ID, service_version=VERSION, knowledge={table.name: table.version}),
    )


def take_effect(home: Path, signed: Sequence[KnowledgeChange]) -> None:
    """Lays all signed rows of this house, in the order of their signing, over the built-in ones.

    Raises:
        KnowledgeError: a table cannot be read with them; nothing is changed then.
    """
    documents = [HouseRow(SOURCES, _document(body.new_source)) for body in signed if body.new_source]
    house_rows.lay(home / "knowledge", [*documents, *(HouseRow(body.table, body.cells) for body in signed)])


def _table(name: str) -> Table:
    if name == SOURCES or name not in tables.names():
        msg = "'table' names no table that can be changed row by row; see the page Knowledge or `openward knowledge`"
        raise InputError(msg)
    return tables.find(name)


def _cells(reads: Reads, table: Table, before: Row | None, today: str) -> dict[str, str]:
    """The whole row: what was told, over what counts today, reviewed today."""
    held = dict(before.cells) if before else dict.fromkeys(table.columns, "")
    given = {column: cell.strip() for column, cell in reads.cells.items()}
    dated = {"reviewed": today} if "reviewed" in table.columns else {}
    return {**held, **given, "id": reads.row, **dated}


def _changes(table: Table, before: Row | None, cells: dict[str, str]) -> Iterator[CellChange]:
    for column in table.columns:
        was = before.cells[column] if before else None
        if column not in _KEPT and cells[column] != (was or ""):
            yield CellChange(column=column, before=was, after=cells[column])


def _faults(reads: Reads, table: Table, cells: dict[str, str], language: str) -> Iterator[CellFault]:
    known = (reads.new_source.id,) if reads.new_source else ()
    for fault in faults_of(table.name, cells, new_sources=known):
        yield CellFault(column=fault.column, what=fault.what.in_(language))


def _kinds(body: KnowledgeChange) -> Iterator[str]:
    """What is to be said of a change."""
    if body.faults:
        yield "fault"
    moved = [_moved(change) for change in body.changes]
    if any(move > 0 for move in moved):
        yield "weaker"
    if any(move < 0 for move in moved):
        yield "stronger"
    if body.changes:
        yield "added" if body.adds else "changed"


def _moved(change: CellChange) -> int:
    """How many steps an alert becomes weaker by this cell; negative when it becomes stronger."""
    order = _STRENGTHS.get(change.column, ())
    if change.before not in order or change.after not in order:
        return 0
    return order.index(change.after) - order.index(change.before)


def _evidence(table: Table, before: Row | None, reads: Reads) -> tuple[Evidence, ...]:
    """The row of today, and what was told."""
    told = tuple(InputEvidence(path=f"cells.{column}", value=cell) for column, cell in reads.cells.items())
    return (table.evidence(before), *told) if before else (InputEvidence(path="row", value=reads.row), *told)


def _document(source: NewSource) -> dict[str, str]:
    return {"id": source.id, "citation": source.citation, "year": str(source.year), "url": source.url or ""}
