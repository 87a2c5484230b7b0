"""All analytes, found by code or by the names that laboratories print."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final, cast, get_args

from openward.domain.errors import KnowledgeError
from openward.domain.quantity import is_unit
from openward.knowledge.analytes.analyte import BLOOD, Analyte, Kind, fits, specimen_of
from openward.knowledge.analytes.naming import certain, key, readings
from openward.knowledge.analytes.units import converts, printed_unit
from openward.knowledge.cells import number, one_of
from openward.knowledge.tables import Row, Table, find, remembered

TABLE: Final = "analytes"


class Analytes:
    """The analytes of the house and of a hospital's own rows."""

    def __init__(self, found: Iterable[Analyte], table: Table) -> None:
        self.table: Final = table
        self._by_id: dict[str, Analyte] = {a.id: a for a in found}
        self._by_loinc: dict[str, Analyte] = {}
        self._by_key: dict[str, dict[str, Analyte]] = defaultdict(dict)
        for analyte in self:
            for code in analyte.loinc:
                if code in self._by_loinc:
                    raise KnowledgeError(f"table '{TABLE}': LOINC {code} stands in two rows")
                self._by_loinc[code] = analyte
            for word in (analyte.name_en, analyte.name_zh, *analyte.words):
                self._by_key[key(word)][analyte.id] = analyte

    def __iter__(self) -> Iterator[Analyte]:
        """Every analyte, in the order of the tables."""
        return iter(self._by_id.values())

    def __len__(self) -> int:
        """How many analytes there are."""
        return len(self._by_id)

    def get(self, id: str) -> Analyte | None:
        """One analyte by its id."""
        return self._by_id.get(id)

    def find(
        self, *, name: str | None = None, loinc: str | None = None, unit: str | None = None, specimen: str | None = None
    ) -> Analyte | None:
        """The one analyte that is meant; None when none is known or several remain.

        A known code decides alone. Names are narrowed by the specimen, then by whether the unit converts; blood is
        meant where nothing says otherwise.
        """
        if loinc and loinc.strip() in self._by_loinc:
            return self._by_loinc[loinc.strip()]
        for keys in readings(name or ""):
            meant = self._meant(keys)
            if meant:
                return _narrowed(meant, unit, specimen_of(specimen))
        return None

    def knows(self, name: str) -> bool:
        """Whether all of a text is a name of some analyte, though it may need unit or specimen to say which."""
        return any(self._meant(keys) for keys in certain(name))

    def _meant(self, keys: tuple[str, ...]) -> tuple[Analyte, ...]:
        """The analytes that all keys name."""
        sets = [self._by_key.get(k, {}) for k in keys]
        return tuple(a for id, a in sets[0].items() if all(id in other for other in sets[1:]))


def _narrowed(meant: tuple[Analyte, ...], unit: str | None, kind: Kind | None) -> Analyte | None:
    found = [a for a in meant if fits(a.specimen, kind)]
    if printed_unit(unit) is not None:
        found = [a for a in found if converts(a, unit)] or (found if len(found) == 1 else [])
    for narrower in (_of_kind(kind), _of_blood, _plain_blood, _wordy if not unit else _usual):
        found = [a for a in found if narrower(a)] or found
    return found[0] if len(found) == 1 else None


def _of_kind(kind: Kind | None) -> Callable[[Analyte], bool]:
    return lambda analyte: analyte.specimen == kind


def _of_blood(analyte: Analyte) -> bool:
    return analyte.specimen in BLOOD


def _plain_blood(analyte: Analyte) -> bool:
    """Blood of which nobody said that it is arterial or venous."""
    return analyte.specimen in {"blood", "serum", "plasma"}


def _wordy(analyte: Analyte) -> bool:
    return analyte.unit in {None, "1", "[pH]"}


def _usual(analyte: Analyte) -> bool:
    """D-dimer is meant in fibrinogen equivalents unless the report says D-dimer units."""
    return not (analyte.unit or "").endswith("{DDU}")


@remembered(1)
def analytes() -> Analytes:
    """All analytes, read on first use.

    Raises:
        KnowledgeError: the table is malformed; the message names file, line and column.
    """
    table = find(TABLE)
    return Analytes((_analyte(row) for row in table), table)


def _analyte(row: Row) -> Analyte:
    unit = row["unit"] or None
    for code in (unit, *row.list("units")):
        if code and not is_unit(code):
            raise KnowledgeError(f"{row.where}: '{code}' is not a UCUM unit")
    return Analyte(
        id=row.id,
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        group=row["group"],
        specimen=cast("Kind", one_of(row, "specimen", get_args(Kind))),
        unit=unit,
        units=row.list("units"),
        molar_mass=_optional(row, "molar_mass"),
        valence=int(number(row, "valence")) if row["valence"] else None,
        least=_optional(row, "least"),
        most=_optional(row, "most"),
        loinc=row.list("loinc"),
        words=(*row.list("words_en"), *row.list("words_zh")),
    )


def _optional(row: Row, column: str) -> float | None:
    return number(row, column) if row[column] else None
