"""Makes a service of a manifest: its card, its limits for the harness, its worked examples."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from openward.domain.agent import AgentSpec, Answer, Ask, ChartSection
from openward.domain.card import Budget, Card
from openward.domain.errors import InputError
from openward.domain.guide import Guide, Talk
from openward.domain.proposal import Proposal
from openward.domain.study import Endpoint, Study
from openward.domain.text import Text
from openward.harness.agents import agent_engine
from openward.harness.agents.amending import AMENDS
from openward.harness.service import Service
from openward.studio.fault import Fault, fault
from openward.studio.manifest import Manifest
from openward.studio.trying import shortfalls

_UNIT: Final = "answer"
_SPARE: Final = 5.0
_WITHOUT: Final = Text(
    "Answers from the same services and the same chart by the steps and parts of its manifest, in fixed words.",
    "按清单中的步骤和段落，以固定句式，依据相同的服务与病历作答。",
)
READS: Final[dict[ChartSection, tuple[str, ...]]] = {
    "demographics": ("Patient",),
    "problems": ("Condition",),
    "allergies": ("AllergyIntolerance",),
    "medications": (
        "MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense", "Medication",
    ),
    "laboratory": ("Observation",),
    "vitals": ("Observation",),
    "procedures": ("Procedure",),
    "encounters": ("Encounter",),
    "immunizations": ("Immunization",),
    "documents": ("DocumentReference", "DiagnosticReport", "Composition"),
}  # fmt: skip


def service_of(manifest: Manifest, folder: Path, services: Mapping[str, Service]) -> Service:
    """The service that a manifest describes; `folder` holds its `cases/`, `services` are those that it may use.

    Raises:
        InputError: the manifest contradicts itself or names what there is not; the message lists all that is wrong.
    """
    if faults := [*faults_of(manifest, services)]:
        raise InputError(f"agent '{manifest.id}': {'; '.join(map(str, faults))}")
    return Service(
        card=_card(manifest), reads=Ask, body=Answer, engine=agent_engine(spec_of(manifest)), checks=(),
        study=_study(manifest), folder=folder, prompt=f"{manifest.persona.en}\n{manifest.persona.zh}", amends=AMENDS,
    )  # fmt: skip


def faults_of(manifest: Manifest, services: Mapping[str, Service]) -> Iterator[Fault]:
    """What is wrong with a manifest, in words."""
    for tool in manifest.tools:
        if tool not in services:
            there = ", ".join(services)
            yield fault(
                "tools", f"there is no service '{tool}' to use as a tool; there are: {there}",
                f"没有可用的服务“{tool}”；现有：{there}",
            )  # fmt: skip
        elif services[tool].card.kind == "agent":
            yield fault(
                "tools",
                f"'{tool}' is an agent; an agent uses services that compute",
                f"“{tool}”是智能体；智能体只能使用计算类服务",
            )
    for tool in manifest.fixed.keys() - manifest.tools:
        yield fault(
            "fixed", f"'fixed' names '{tool}', which is not among its tools", f"固定参数提到“{tool}”，但它未被启用"
        )
    yield from _of_guide(manifest)
    yield from _of_oversight(manifest)
    yield from _of_signing(manifest)


def _of_guide(manifest: Manifest) -> Iterator[Fault]:
    guide = manifest.guide
    steps = {step.tool for step in guide.steps} if guide else set()
    for tool in sorted(steps - {*manifest.tools, "chart"}):
        yield fault(
            "guide", f"a step of its guide calls '{tool}', which is not among its tools",
            f"其固定流程会调用“{tool}”，但该服务未启用",
        )  # fmt: skip
    for part in guide.parts if guide else ():
        for taken in part.takes:
            owner, _, rest = taken.partition(".")
            if owner == "chart" and rest not in manifest.chart:
                yield fault(
                    "guide", f"a part of its guide takes '{taken}', but 'chart' does not list '{rest}'",
                    f"其固定流程的段落取自“{taken}”，但未允许读取“{rest}”",
                )  # fmt: skip
            elif owner not in {"chart", *manifest.tools}:
                yield fault(
                    "guide", f"a part of its guide takes '{taken}', but '{owner}' is not among its tools",
                    f"其固定流程的段落取自“{taken}”，但“{owner}”未启用",
                )  # fmt: skip


def _of_signing(manifest: Manifest) -> Iterator[Fault]:
    for field, role in (("signs", manifest.signs), ("countersigns", manifest.countersigns)):
        if role in {"patient", "service"}:
            yield fault(field, f"'{field}' names a role that cannot sign", "所选角色不能签署")
    if manifest.signs == "nobody" != manifest.countersigns:
        yield fault("signs", "'countersigns' agrees with whom 'signs' must name", "须先指定第一签署人的角色")


def _of_oversight(manifest: Manifest) -> Iterator[Fault]:
    if manifest.oversight == "draft" and manifest.signs == "nobody":
        yield fault("signs", "it drafts, so 'signs' must name the role that signs", "它起草文书，须指定由谁签署")
    if manifest.risk != "informs" and manifest.signs == "nobody":
        yield fault(
            "signs", f"its risk is '{manifest.risk}', so 'signs' must name the role that signs",
            "其作用不止于提供信息，须指定由谁签署",
        )  # fmt: skip
    if manifest.audience == "patient" and manifest.risk != "informs":
        yield fault("risk", "what a patient reads may inform only: set risk to 'informs'", "面向患者的内容只能提供信息")
    if manifest.subject == "none" and manifest.chart:
        yield fault(
            "chart", "'subject' is none, so it can read no chart: leave 'chart' empty",
            "已设定不读取病历，请关闭所有病历内容",
        )  # fmt: skip
    if manifest.knowledge and "literature" not in manifest.tools:
        yield fault(
            "knowledge", "'knowledge' names corpora, but 'literature' is not among its tools",
            "指定了文献库，但未启用文献检索",
        )  # fmt: skip


def spec_of(manifest: Manifest) -> AgentSpec:
    """What the harness needs to know of an agent."""
    fixed = dict(manifest.fixed)
    if manifest.knowledge:
        fixed["literature"] = fixed.get("literature", {}) | {"corpora": list(manifest.knowledge)}
    return AgentSpec(
        id=manifest.id, persona=manifest.persona, audience=manifest.audience, oversight=manifest.oversight,
        data=manifest.data, model=manifest.model, department=manifest.department, tools=manifest.tools,
        chart=manifest.chart, remote=manifest.remote, skills=manifest.skills, fixed=fixed, guards=manifest.guards,
        limits=manifest.limits, guide=msgspec.structs.replace(manifest.guide or Guide(), name=manifest.title),
        remembers_hours=manifest.remembers_hours,
    )  # fmt: skip


def _card(manifest: Manifest) -> Card:
    reads = tuple(sorted({"Patient", *(type for section in manifest.chart for type in READS[section])}))
    return Card(
        id=manifest.id, version=manifest.version, title=manifest.title, intended_use=manifest.purpose,
        not_for=manifest.not_for, population=manifest.population, audience=manifest.roles, kind="agent",
        risk=manifest.risk, subject=manifest.subject, reads=() if manifest.subject == "none" else reads,
        signs=manifest.signs, countersigns=manifest.countersigns, unit=_UNIT, owner=manifest.owner,
        without_model=_WITHOUT, references=manifest.references, budget=Budget(seconds=manifest.limits.seconds + _SPARE),
        talk=Talk(en=tuple(e.en for e in manifest.examples), zh=tuple(e.zh for e in manifest.examples)),
    )  # fmt: skip


def _study(manifest: Manifest) -> Study:
    """Its own cases, as a study: a row is a case; more of them, of the hospital's own, come as a file."""
    return Study(
        id=f"{manifest.id}-cases",
        title=f"Requests that '{manifest.id}' must answer",
        endpoints=(
            Endpoint(
                id="answers", question="Of the requests, how many answers say all that they must, and nothing else?",
                dataset=f"{manifest.id}.jsonl", source="requests written for this agent", request=_request,
                success=meets, accept=0.9,
            ),
        ),
    )  # fmt: skip


def _request(row: dict[str, Any]) -> dict[str, Any]:
    return dict(row["request"])


def meets(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether an answer is what its case expects."""
    return not any(shortfalls(row, proposal))
