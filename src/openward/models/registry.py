"""The models of a ward, their prices, the policy and the budgets: one file, `models.toml`, read and checked whole."""

import ipaddress
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import SplitResult, urlsplit

import msgspec

from openward.domain.errors import ModelError, SettingsError
from openward.domain.model import Model
from openward.domain.usage import Budget, Price

# Names that never lead out of a house: RFC 6761, RFC 6762, RFC 8375, and what ICANN keeps for private use.
_HOUSE: Final = ("localhost", "*.localhost", "*.local", "*.internal", "*.home.arpa", "*.lan")
_OVER_HTTP: Final = frozenset({"openai", "kserve"})
_SECRET: Final = re.compile(r"(?!sk-)[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
# The talker that is always there: it runs in this process, uses no tokens and costs nothing.
EMBEDDED: Final = Model(
    id="embedded", through="embedded", locality="local", version="1", context=10_000_000, output=1_000_000,
    can=("tools", "schema", "json"), retries=0,
)  # fmt: skip


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may leave the house.

    `remote` says what a remote model gets of words that may hold a patient's data: nothing (`refuse`) or what is left
    after masking (`mask`). `house` lists host names (with `*`) that belong to the house though their names do not show.
    """

    remote: Literal["refuse", "mask"] = "refuse"
    house: tuple[str, ...] = ()


class Registry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All models, in the order in which they are preferred; money is in `currency` (ISO 4217)."""

    currency: str = "CNY"
    policy: Policy = Policy()
    models: tuple[Model, ...] = ()
    budgets: tuple[Budget, ...] = ()

    def model(self, id: str) -> Model:
        """One model by id.

        Raises:
            ModelError: there is none; the message names those that there are.
        """
        found = next((model for model in self.models if model.id == id), None)
        if found is None:
            known = ", ".join(model.id for model in self.models) or "none"
            msg = f"there is no model '{id[:80]}' in the registry; it has: {known}"
            raise ModelError(msg)
        return found


def registry_of_house(path: Path) -> Registry:
    """The registry of a ward, at its end the embedded talker; without a file there is nothing else.

    Raises:
        SettingsError: as `load_registry`.
    """
    registry = load_registry(path) if path.exists() else Registry()
    return msgspec.structs.replace(registry, models=(*registry.models, EMBEDDED))


def price_on(model: Model, day: date) -> Price | None:
    """The price of a model on a day: the last one that has begun."""
    begun = [price for price in model.prices if price.since <= day]
    return max(begun, key=lambda price: price.since) if begun else None


def load_registry(path: Path) -> Registry:
    """The registry of a file.

    Raises:
        SettingsError: the file cannot be read, or a model, a price or a budget is wrong; the message says which.
    """
    try:
        return registry_of(tomllib.loads(path.read_text(encoding="utf-8")), str(path))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: the registry of models cannot be read: {error}"
        raise SettingsError(msg) from error


def registry_of(data: dict[str, Any], where: str) -> Registry:
    """The registry of plain data; raises as `load_registry`."""
    try:
        registry = msgspec.convert(data, Registry)
    except msgspec.ValidationError as error:
        msg = f"{where}: {error}"
        raise SettingsError(msg) from error
    faults = [*_faults(registry)]
    if faults:
        raise SettingsError(f"{where}: {'; '.join(faults)}")
    return registry


def _faults(registry: Registry) -> Iterator[str]:
    ids = [model.id for model in registry.models]
    yield from (f"model '{id}' is there twice" for id in sorted({id for id in ids if ids.count(id) > 1}))
    for model in registry.models:
        found = [*_of_model(model, registry.policy), *_of_prices(model)]
        known = {*ids, EMBEDDED.id}
        found += [f"its fallback '{id}' is not in the registry" for id in model.fallbacks if id not in known]
        yield from (f"model '{model.id}': {fault}" for fault in found)
    for budget in registry.budgets:
        if budget.money is None and budget.tokens is None:
            yield f"the budget of {budget.scope} '{budget.id}' limits neither money nor tokens"
        if (budget.money is not None and budget.money < 0) or (budget.tokens is not None and budget.tokens < 0):
            yield f"the budget of {budget.scope} '{budget.id}' is less than nothing"


def _of_model(model: Model, policy: Policy) -> Iterator[str]:
    yield from _of_names(model)
    if model.through in _OVER_HTTP:
        yield from _of_address(model, policy)
    elif model.locality == "remote":
        yield f"it is remote, but '{model.through}' runs in this process"
    if model.kind == "predict":
        yield from _of_card(model)
    elif not 0 < model.output < model.context:
        yield f"output ({model.output}) must be positive and less than context ({model.context})"
    if model.retries < 0 or model.at_once < 1 or model.overhead < 0:
        yield "retries and overhead cannot be negative, at_once is at least 1"


def _of_names(model: Model) -> Iterator[str]:
    if EMBEDDED.id in {model.id, model.through}:
        yield "the talker called 'embedded' is built in and always the last; leave it out"
    if not model.version:
        yield "it has no version; write down which weights it is"
    if model.secret is not None and not _SECRET.fullmatch(model.secret):
        yield "its secret must be the name of a key (letters, digits, - and _), never the key itself"


def _of_address(model: Model, policy: Policy) -> Iterator[str]:
    try:
        url = urlsplit(model.address)
        host, _ = url.hostname or "", url.port
    except ValueError:
        yield "its address is no URL"
        return
    if url.scheme not in {"http", "https"} or not host or url.query or url.fragment or url.username:
        yield "its address must be http(s)://host[:port]/path, without user, password or query"
    elif model.locality == "remote" and url.scheme != "https":
        yield "it is remote, so its address must begin with https://"
    elif model.locality == "local" and not in_house(url, policy):
        yield (
            f"it is called local, but '{host}' does not look like a host of the house; call it remote, "
            "or name the host in policy.house"
        )


def in_house(url: SplitResult, policy: Policy) -> bool:
    """Whether a host is of the house: a private or loopback address, a name without a dot, or one that is listed."""
    host = (url.hostname or "").rstrip(".")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or any(fnmatchcase(host, pattern.lower()) for pattern in (*_HOUSE, *policy.house))
    return (address.is_private and not address.is_unspecified) or address.is_loopback or host in policy.house


def _of_prices(model: Model) -> Iterator[str]:
    if model.locality == "remote" and not model.prices:
        yield "it is remote and has no price; write down what it costs, with version and date"
    for price in model.prices:
        parts = [price.input] if model.kind == "embedding" else [price.input, price.output]
        parts += [price.cached] if price.cached is not None else []
        if not all(part.is_finite() and part >= 0 for part in (*parts, price.output)):
            yield f"price '{price.version}' is no amount of money"
        elif model.locality == "remote" and not all(parts):
            yield f"price '{price.version}' is zero, which no remote model is"
    for name in ("version", "since"):
        values = [getattr(price, name) for price in model.prices]
        if len(set(values)) < len(values):
            yield f"two prices have the same {name}"


def _of_card(model: Model) -> Iterator[str]:
    card = model.card
    if model.locality == "remote":
        yield "it is a small model and must be local: its inputs are a patient's numbers"
    if card is None or not card.inputs or not card.outputs:
        yield "it is a small model and needs a card with inputs and outputs"
        return
    if model.through != "kserve" and len(card.digest) != len("0" * 64):
        yield "its card needs the SHA-256 (64 hex digits) of its file"
    for field in card.inputs:
        if field.type == "number" and not field.unit:
            yield f"its input '{field.name}' is a number and needs a unit (UCUM; '1' for a pure number)"
    for threshold in card.thresholds:
        if threshold.output not in card.outputs:
            yield f"its threshold '{threshold.name}' speaks of an output that there is not: '{threshold.output}'"
