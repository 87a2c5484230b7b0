"""What follows when a person changes how soon, or where: the words of the level, and the department's id."""

import msgspec

from openward.domain.proposal import Language
from openward.knowledge import tables
from openward.knowledge.triage import DEPARTMENTS
from openward.services.triage.proposal import Department, Triage
from openward.services.triage.showing import action, level_name


def settled(before: Triage, after: Triage) -> Triage:
    """The triage in which name, advice and department follow what was changed.

    The hospital's scale and the time to respond follow from the rule that spoke, so another level has none.
    """
    if after.department is not None and after.department != before.department:
        after = msgspec.structs.replace(after, department=_department(after.department))
    if after.level == before.level:
        return after
    language: Language = "zh" if level_name(before.level, "zh") == before.level_name else "en"
    net, was = after.safety_net, before.safety_net
    if net is not None and was is not None and net.now == was.now:
        net = msgspec.structs.replace(net, now=action(after.level, language))
    return msgspec.structs.replace(
        after, level_name=level_name(after.level, language), scale=None, respond=None, safety_net=net
    )


def _department(wanted: Department) -> Department:
    """The department of this name; one that the table does not have gets no id."""
    rows = tables.find(DEPARTMENTS)
    return Department(
        next((row.id for row in rows if wanted.name in {row["name_en"], row["name_zh"]}), ""), wanted.name
    )
