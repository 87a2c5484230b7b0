"""Skills: folders of instructions that an agent may read, while they are to the byte what a person reviewed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from openward.checks.guards import Stop
from openward.checks.guards.skills import FILE, Skill, scan
from openward.checks.guards.stop import refused
from openward.domain.agent import AgentSpec
from openward.domain.errors import InputError
from openward.domain.model import Tool
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.harness.agents import telling
from openward.harness.agents.telling import Used
from openward.harness.agents.toolbox import Arguments, Offered

SKILL: Final = "skill"
_MISSING: Final = "skill-missing"
_MOST: Final = 40_000
_WORDS: Final = Text("Reads a file of a skill: how to do a task. Skills: {}.", "读取技能文件（任务的做法）。技能：{}。")


def skills(spec: AgentSpec, folder: Path, language: Language) -> Iterator[Offered | Stop]:
    """The tool that reads the skills of an agent, and why one of them is not offered."""
    sound: dict[str, tuple[Path, Skill]] = {}
    for name, digest in spec.skills.items():
        read = _read(folder / Path(name).name, digest)
        if isinstance(read, Stop):
            yield read
        else:
            sound[name] = (folder / name, read)
    if sound:
        yield Offered(_tool({name: read for name, (_, read) in sound.items()}, language), _Use(sound), origin="skill")


def _read(folder: Path, digest: str) -> Skill | Stop:
    try:
        read = scan(folder, digest)
    except (InputError, OSError):
        return refused(_MISSING, f"the skill '{folder.name}' is not in this ward, or cannot be read")
    return read if read.clean else next(stop for stop in read.found if stop.outcome == "refuse")


def _tool(known: dict[str, Skill], language: Language) -> Tool:
    listed = "; ".join(f"{name}: {read.about}" for name, read in known.items())
    properties = {"name": {"enum": list(known)}, "file": {"type": "string", "maxLength": 200, "default": FILE}}
    parameters = {"type": "object", "additionalProperties": False, "required": ["name"], "properties": properties}
    return Tool(name=SKILL, description=_WORDS.in_(language).format(listed), parameters=parameters)


class _Use:
    """Reads a file of a skill that was found sound when the run began, and is so still."""

    def __init__(self, known: dict[str, tuple[Path, Skill]]) -> None:
        self._known = known

    def __call__(self, arguments: Arguments, number: int) -> Used:
        """The words of one file."""
        folder, read = self._known.get(str(arguments.get("name")), (None, None))
        if folder is None or read is None:
            raise InputError(f"give 'name', one of: {', '.join(self._known)}")
        if not scan(folder, read.digest).clean:
            raise InputError("the skill has been changed since it was reviewed, so it is not read")
        path = (folder / str(arguments.get("file") or FILE)).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            raise InputError(f"the skill has no such file; begin with {FILE}")
        text = path.read_text(encoding="utf-8", errors="replace")
        return telling.of_words(SKILL, number, text[:_MOST], states=False, cut=len(text) > _MOST)
