"""A draft of an agent as a form: what a person filled in becomes a manifest, and each fault stands at its field."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from openward.checks.guards import STRICTER
from openward.studio.manifest import Manifest

TEXTS: Final = ("title", "purpose", "not_for", "population", "persona")
PLAIN: Final = ("version", "owner", "department", "audience", "subject", "risk", "oversight", "signs")
SWITCHES: Final = ("tools", "chart", "roles", "guards")
ROLES: Final = ("clinician", "nurse", "pharmacist", "researcher", "patient")
SIGNERS: Final = ("nobody", "clinician", "pharmacist", "nurse")
# The most and the least of each bound; beyond them a run would end before it began, or block a place for long.
BOUNDS: Final = {"steps": (1, 30), "calls": (1, 40), "tokens": (1_000, 500_000), "seconds": (5, 600)}
HOURS: Final = (0, 720)
SPARE: Final = 2
_MOST_EXAMPLES: Final = 20
_AMOUNT: Final = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)
_PATH: Final = re.compile(r" - at `\$\.?(\w+)")
Words = Callable[..., str]


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """A filled form: the fields as plain data, what is wrong by field, and the manifest when nothing is."""

    fields: dict[str, Any]
    faults: dict[str, str]
    manifest: Manifest | None = None


def fields_of(manifest: Manifest) -> dict[str, Any]:
    """The fields of a manifest as a form shows them."""
    plain: dict[str, Any] = msgspec.to_builtins(manifest, str_keys=True)
    return plain


def filled(manifest: Manifest, form: Mapping[str, str], t: Words) -> Filled:
    """What a person made of a manifest; what the form does not show stays as it was."""
    fields, faults = fields_of(manifest), {}
    for name in TEXTS:
        fields[name] = {language: form.get(f"{name}.{language}", "").strip() for language in ("en", "zh")}
        if not all(fields[name].values()):
            faults[name] = t("fault_both_languages")
    fields |= {name: form[name].strip() for name in PLAIN if name in form}
    fields |= {name: _switched(fields[name], name, form) for name in SWITCHES}
    fields["model"] = form.get("model") or None
    fields["examples"] = _examples(form)
    if any(not all(one.values()) for one in fields["examples"]):
        faults["examples"] = t("fault_both_languages")
    faults |= _bounds(fields, form, t)
    if form.get("way") == "words" and fields.get("guide"):
        fields["guide"] |= {"steps": [], "parts": []}
    return _read(fields, faults, t)


def _read(fields: dict[str, Any], faults: dict[str, str], t: Words) -> Filled:
    if not fields["roles"]:
        faults["roles"] = t("fault_roles")
    try:
        manifest = msgspec.convert(fields, Manifest, strict=False)
    except msgspec.ValidationError as error:
        found = _PATH.search(str(error))
        field = found[1] if found else "title"
        return Filled(
            fields=fields, faults={field: t(f"fault_{field}" if field == "version" else "fault_value")} | faults
        )
    return Filled(fields=fields, faults=faults, manifest=None if faults else manifest)


def _switched(held: list[str], name: str, form: Mapping[str, str]) -> list[str]:
    """What is switched on, in the order in which it stood, then what is new."""
    on = [key.removeprefix(f"{name}.") for key in form if key.startswith(f"{name}.")]
    unknown = [one for one in held if name == "guards" and one not in STRICTER]
    return sorted({*on, *unknown}, key=[*held, *on, *unknown].index)


def _examples(form: Mapping[str, str]) -> list[dict[str, str]]:
    rows = [
        {language: form.get(f"example.{n}.{language}", "").strip() for language in ("en", "zh")}
        for n in range(_MOST_EXAMPLES)
    ]
    return [row for row in rows if any(row.values())]


def _bounds(fields: dict[str, Any], form: Mapping[str, str], t: Words) -> dict[str, str]:
    faults: dict[str, str] = {}
    for name, (least, most) in (*BOUNDS.items(), ("remembers_hours", HOURS)):
        text = form.get(name, "").strip().replace(",", "")
        try:
            number = float(text) if name == "seconds" else int(text)
        except ValueError:
            number = -1
        if not least <= number <= most:
            faults[name] = t("fault_range", least=f"{least:,}", most=f"{most:,}")
        elif name == "remembers_hours":
            fields[name] = number
        else:
            fields["limits"][name] = number
    money = form.get("money", "").strip()
    if money and not _AMOUNT.fullmatch(money):
        faults["money"] = t("fault_money")
    else:
        fields["limits"]["money"] = money or None
    return faults
