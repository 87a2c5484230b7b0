"""Which models may answer a request, in order, and why each other one may not."""

from collections.abc import Iterable

import msgspec

from openward.domain.errors import ModelError
from openward.domain.model import ChatRequest, EmbedRequest, Model
from openward.models.bounds import about, about_input
from openward.models.registry import EMBEDDED, Policy, Registry


class Route(msgspec.Struct, frozen=True):
    """The models that may answer, and for each other one why it may not."""

    models: tuple[Model, ...]
    refused: tuple[tuple[str, str], ...]


def route(registry: Registry, request: ChatRequest) -> Route:
    """The models that may answer: the one that was named and its fallbacks, or all in the order of the registry.

    The embedded talker is the last of them, unless one was named that has no fallbacks.

    Raises:
        ModelError: none may, or there is no model of that name.
    """
    chosen = [model for model in _chosen(registry, request.model) if model.kind == "chat"]
    return _sorted(chosen, [_why_not(model, request, registry.policy) for model in chosen])


def route_embedding(registry: Registry, request: EmbedRequest) -> Model:
    """The model that makes the vectors; never another one in its place, since its vectors mean something else.

    Raises:
        ModelError: none may.
    """
    chosen = [registry.model(request.model)] if request.model else registry.models
    chosen = [model for model in chosen if model.kind == "embedding"]
    longest = max((about(text) for text in request.texts), default=0)
    reasons = [
        _of_data(model, registry.policy, request.data, request.identifiers) or _of_size(model, longest)
        for model in chosen
    ]
    return _sorted(chosen, reasons).models[0]


def _chosen(registry: Registry, name: str | None) -> Iterable[Model]:
    if name is None:
        return registry.models
    named = registry.model(name)
    last = [model.id for model in registry.models if model.through == EMBEDDED.through] if named.fallbacks else []
    return [named, *(registry.model(id) for id in dict.fromkeys((*named.fallbacks, *last)))]


def _sorted(chosen: list[Model], reasons: list[str]) -> Route:
    may = tuple(model for model, reason in zip(chosen, reasons, strict=True) if not reason)
    refused = tuple((model.id, reason) for model, reason in zip(chosen, reasons, strict=True) if reason)
    if not may:
        raise ModelError(f"no model may answer: {_told(refused) or 'the registry has none of that kind'}")
    return Route(may, refused)


def _told(refused: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(f"{id}: {reason}" for id, reason in refused)


def _why_not(model: Model, request: ChatRequest, policy: Policy) -> str:
    if request.tools and "tools" not in model.can:
        return "it cannot call tools"
    pictures = any(message.images for message in request.messages)
    if pictures and "vision" not in model.can:
        return "it cannot see pictures"
    if pictures and model.locality == "remote" and request.data == "patient":
        return "it is remote, and a picture cannot be masked"
    return _of_data(model, policy, request.data, request.identifiers) or _of_size(model, about_input(request))


def _of_data(model: Model, policy: Policy, data: str, identifiers: tuple[str, ...]) -> str:
    if model.locality == "local" or data == "none":
        return ""
    if policy.remote == "refuse":
        return "it is remote, and no patient data leaves the house"
    if not identifiers:
        return "it is remote, and nobody said whose data must be masked (identifiers)"
    return ""


def _of_size(model: Model, tokens: int) -> str:
    if tokens > model.context:
        return f"the request has about {tokens} tokens, it takes {model.context}"
    return ""
