"""The manifest of an agent: what a person writes, and a committee reads, to make a service without code."""

from typing import Annotated, Any, Final, Literal

import msgspec

from openward.domain.actor import Role
from openward.domain.agent import Audience, ChartSection, Limits, Oversight, RemoteTool
from openward.domain.card import Reference, Risk
from openward.domain.guide import Guide
from openward.domain.model import Data
from openward.domain.text import Text

_ID: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_VERSION: Final = r"^(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})$"
AgentId = Annotated[str, msgspec.Meta(min_length=2, max_length=40, pattern=_ID)]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of an agent (`agent.yaml`).

    `purpose`, `not_for` and `population` go onto its card; `persona` opens its prompt. `roles` may use it, `signs` is
    the role that signs what it drafts ("nobody" when it only suggests), `countersigns` that of another person who must
    then agree. `tools` are ids of services, `chart` the parts
    of the chart that it may read, `knowledge` the corpora that its literature search is bound to, `skills` folders of
    skills by the digest that was reviewed. `guide` is what it goes by without a large model. `examples` are requests to
    begin with.
    """

    id: AgentId
    version: Annotated[str, msgspec.Meta(pattern=_VERSION)]
    title: Text
    purpose: Text
    not_for: Text
    population: Text
    owner: str
    persona: Text
    audience: Audience = "clinician"
    roles: Annotated[tuple[Role, ...], msgspec.Meta(min_length=1)]
    subject: Literal["patient", "optional", "none"] = "optional"
    risk: Risk = "informs"
    oversight: Oversight = "suggest"
    signs: Role | Literal["nobody"] = "nobody"
    countersigns: Role | Literal["nobody"] = "nobody"
    model: str | None = None
    data: Data = "patient"
    department: str = ""
    tools: tuple[str, ...] = ()
    chart: tuple[ChartSection, ...] = ()
    knowledge: tuple[str, ...] = ()
    fixed: dict[str, dict[str, Any]] = {}
    remote: tuple[RemoteTool, ...] = ()
    skills: dict[str, str] = {}
    guards: tuple[str, ...] = ()
    limits: Limits = Limits()
    remembers_hours: Annotated[int, msgspec.Meta(ge=0, le=720)] = 24
    guide: Guide | None = None
    examples: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()
