"""Makes the engine of an agent out of its spec."""

from collections.abc import Iterator

from openward.checks.guards import Stop
from openward.domain.agent import AgentSpec, Answer, Ask
from openward.domain.errors import InputError, ServiceError
from openward.domain.proposal import Proposal
from openward.harness.agency import Agency
from openward.harness.agents import spans, toolbox
from openward.harness.agents.loop import Loop
from openward.harness.agents.remote import remote
from openward.harness.agents.skills import skills
from openward.harness.agents.toolbox import Offered, Toolbox
from openward.harness.service import Context, Engine
from openward.record.chart import Chart


def agent_engine(spec: AgentSpec) -> Engine:
    """The engine of an agent: called by the Runner like any other."""

    def engine(ask: Ask, chart: Chart | None, context: Context) -> Proposal[Answer]:
        agency = context.agency
        if agency is None:
            raise ServiceError(f"the agent '{spec.id}' needs a ward to run in: its card must say `kind = \"agent\"`")
        found = tuple(_tools(spec, agency, chart, context))
        offered = Toolbox(one for one in found if isinstance(one, Offered))
        missing = tuple(one for one in found if isinstance(one, Stop))
        try:
            with spans.span("invoke_agent", spec.id, **{spans.AGENT: spec.id, spans.RUN: agency.run}):
                return Loop(spec, ask, context, agency, offered).run(missing)
        except InputError as error:
            raise ServiceError(f"the agent '{spec.id}' could not be judged: {error}") from error

    return engine


def _tools(spec: AgentSpec, agency: Agency, chart: Chart | None, context: Context) -> Iterator[Offered | Stop]:
    """The tools of a run, and what guards say of those that are not offered."""
    own = (*toolbox.services(spec, agency), *toolbox.chart(spec, agency, chart, context.language))
    yield from own
    if agency.skills is not None:
        yield from skills(spec, agency.skills, context.language)
    if spec.remote and agency.remote is not None:
        yield from remote(spec, agency.remote, frozenset(one.tool.name for one in own))
