"""Makes the engine of an agent out of its spec."""

from openward.domain.agent import AgentSpec, Answer, Ask
from openward.domain.errors import InputError, ServiceError
from openward.domain.proposal import Proposal
from openward.harness.agents import toolbox
from openward.harness.agents.loop import Loop
from openward.harness.agents.toolbox import Toolbox
from openward.harness.service import Context, Engine
from openward.record.chart import Chart


def agent_engine(spec: AgentSpec) -> Engine:
    """The engine of an agent: called by the Runner like any other."""

    def engine(ask: Ask, chart: Chart | None, context: Context) -> Proposal[Answer]:
        agency = context.agency
        if agency is None:
            raise ServiceError(f"the agent '{spec.id}' needs a ward to run in: its card must say `kind = \"agent\"`")
        offered = (
            *toolbox.services(spec, agency),
            *toolbox.chart(spec, agency, chart, context.language),
        )
        try:
            return Loop(spec, ask, context, agency, Toolbox(offered)).run()
        except InputError as error:
            raise ServiceError(f"the agent '{spec.id}' could not be judged: {error}") from error

    return engine
