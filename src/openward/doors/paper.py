"""A run on paper: an A4 PDF in English or Chinese that pages, names the run on each page, and holds its signatures."""

import io
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import HRFlowable, SimpleDocTemplate

from openward.access.access import HOUSE
from openward.domain.proposal import Finding, Language
from openward.domain.text import fill
from openward.doors.account import Account, Signing
from openward.doors.dates import day, moment
from openward.doors.evidence import Told, tell_all, type_called
from openward.doors.faces import Faces
from openward.doors.lettering import LINE, Lettering
from openward.doors.outline import Block

_PATH: Final = Path(__file__).parent / "paper.toml"
# An embedded face is read at a place of its own file: one paper at a time.
_PRESS: Final = Lock()
_MOST_BODY: Final = 400


@dataclass(frozen=True)
class Printing:
    """How a run is put on paper: in which language and faces, and at which moment."""

    language: Language
    faces: Faces
    made: datetime


def paper(
    account: Account, printing: Printing, blocks: Sequence[Block], *, patient: str = "", born: str = ""
) -> bytes:  # fmt: skip
    """The run as a PDF; `blocks` are the tables of its body, `patient` is a name."""
    language, faces = printing.language, printing.faces
    written = _Paper(account, language, Lettering(faces), patient, printing.made, born)
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=16 * mm, rightMargin=16 * mm, topMargin=21 * mm, bottomMargin=22 * mm,
        title=account.run.id, author="OpenWard", subject=account.card.title.in_(language),
        lang="zh-CN" if language == "zh" else "en", invariant=1, initialFontName=faces.plain,
    )  # fmt: skip
    with _PRESS:
        document.build([*written.story(blocks)], canvasmaker=written.canvas())
    return out.getvalue()


@cache
def _words() -> dict[str, tuple[str, str]]:
    return {key: (en, zh) for key, (en, zh) in tomllib.loads(_PATH.read_text(encoding="utf-8"))["words"].items()}


@dataclass(frozen=True)
class _Paper:
    """One run on paper in one language."""

    account: Account
    language: Language
    letters: Lettering
    patient: str
    made: datetime
    born: str = ""

    def say(self, key: str, **slots: object) -> str:
        """Words of the paper with their slots filled."""
        return fill(_words()[key][self.language == "zh"], **slots)

    def at(self, when: datetime) -> str:
        """A moment in words, in UTC."""
        return moment(when.astimezone(UTC), self.language)

    def whose(self) -> str:
        """The patient, by name and id."""
        run = self.account.run
        if run.patient is None:
            return self.say("no_patient")
        name = f"{self.patient} ({run.patient})" if self.patient else run.patient
        return (
            self.say("patient_born", name=name, born=day(self.born, self.language))
            if self.born
            else self.say("patient", name=name)
        )

    def _by(self) -> str:
        """Who ran it: a person by name, the ward, or an interview."""
        actor = self.account.run.actor
        if actor == HOUSE.id:
            return self.say("house")
        return self.say("interview") if actor.startswith("interview-") else self.account.ran_by

    def story(self, blocks: Sequence[Block]) -> Iterator[Any]:
        """All of the paper from top to bottom."""
        yield from self._top()
        yield from self._findings()
        yield from self._gaps()
        yield from self._body(blocks)
        yield from self._checks()
        yield from self._given()
        yield from self._steps()
        yield from self._identifiers()

    def canvas(self) -> type[Canvas]:
        """Canvases that write above and below each page, when it is known how many there are."""
        return _canvas(self.account.card.title.in_(self.language), self)

    def _top(self) -> Iterator[Any]:
        run, account = self.account.run, self.account
        yield self.letters.line(account.card.title.in_(self.language), "title")
        yield self.letters.line(self.whose(), "strong")
        yield self.letters.line(
            self.say(
                "ran", at=self.at(run.started), actor=self._by(), service=run.service, version=run.service_version
            ),
            "small",
        )
        if account.altered:
            yield self.letters.line(self.say("altered"), "alarm")
        for lost in account.lost:
            yield self.letters.line(
                self.say("lost", choice=self.say(lost.choice), at=self.at(lost.at), person=lost.name), "alarm"
            )
        yield self.letters.line(self._state(), "state")
        for signing in account.signings:
            yield from self._signing(signing)
        if account.proposal is not None:
            yield HRFlowable(width="100%", color=LINE, spaceBefore=4, spaceAfter=6)
            yield self.letters.line(account.proposal.summary, "strong")

    def _state(self) -> str:
        run = self.account.run
        if run.status == "failed":
            return self.say("state_failed", why=run.failure.message if run.failure else "")
        if self.account.lost:
            return self.say("state_lost")
        if self.account.signings:
            return self.say(self.account.signings[-1].decision.choice)
        if run.status == "held":
            return self.say("state_held")
        return self.say("state_informs" if self.account.card.signs == "nobody" else "state_proposed")

    def _signing(self, signing: Signing) -> Iterator[Any]:
        made = signing.decision
        role = self.say(made.role) if made.role in _words() else made.role
        yield self.letters.line(
            self.say("signed", choice=self.say(made.choice), name=signing.name, role=role, at=self.at(made.decided)),
            "text",
        )
        if made.reason:
            yield self.letters.line(self.say("reason", reason=made.reason), "text")
        for one in signing.changes:
            nothing = self.say("nothing")
            yield self.letters.line(
                self.say("changed", place=one.place, before=one.before or nothing, after=one.after or nothing), "leaf"
            )
        yield self.letters.line(
            self.say(f"seal_{signing.seal}"), "alarm" if signing.seal in {"changed", "invalid"} else "small"
        )

    def _findings(self) -> Iterator[Any]:
        proposal = self.account.proposal
        if proposal is None:
            return
        if not proposal.findings:
            if self.account.card.kind != "agent":
                yield self.letters.line(self.say("none_found"), "text")
            return
        yield self.letters.line(self.say("findings"), "heading")
        for finding in proposal.findings:
            yield from self._finding(finding)

    def _finding(self, finding: Finding) -> Iterator[Any]:
        yield self.letters.graded(finding.headline, finding.severity, self.say(finding.severity))
        yield self.letters.line(finding.why, "text")
        if finding.advice:
            yield self.letters.line(self.say("advice", advice=finding.advice), "text")
        for told in tell_all(finding.evidence, self.language, self.account.names):
            yield from self._leaves(told, 0)

    def _leaves(self, told: Told, depth: int) -> Iterator[Any]:
        """One evidence with what it was made from, further to the right at each step."""
        yield self.letters.leaf(told.what, told.where, depth)
        for part in told.parts:
            yield from self._leaves(part, depth + 1)

    def _gaps(self) -> Iterator[Any]:
        account = self.account
        if account.gaps:
            yield self.letters.line(self.say("not_checked"), "heading")
        for gap in account.gaps:
            yield self.letters.line(gap.item.what, "strong")
            yield self.letters.line(gap.item.why, "text")
            if gap.item.needed:
                yield self.letters.line(self.say("needed", needed=gap.item.needed), "small")
        if account.proposal is not None and account.proposal.examined:
            what = " · ".join(f"{one.what} {one.count}" for one in account.proposal.examined)
            yield self.letters.line(self.say("examined", what=what), "small")

    def _body(self, blocks: Sequence[Block]) -> Iterator[Any]:
        if blocks:
            yield self.letters.line(self.say("body"), "heading")
        left = _MOST_BODY
        for block in blocks:
            if block.title:
                yield self.letters.line(block.title, "strong")
            for row in block.rows[:left]:
                yield self.letters.line(_row(block, row, self.say("colon")), "leaf")
            more = block.more + max(0, len(block.rows) - left)
            left = max(0, left - len(block.rows))
            if more:
                yield self.letters.line(self.say("more", n=more), "small")

    def _checks(self) -> Iterator[Any]:
        if self.account.checks:
            yield self.letters.line(self.say("checks"), "heading")
        for one in self.account.checks:
            reason = f" {one.reason}" if one.reason else ""
            yield self.letters.line(f"{self.say(one.outcome)} · {one.asks}{reason}", "leaf")
        if self.account.feedback:
            yield self.letters.line(self.say("feedback"), "heading")
        for said in self.account.feedback:
            about = self.account.headlines.get(said.finding, said.finding)
            yield self.letters.line(
                f"{self.say(said.outcome)} · {about} {said.comment or said.reason_code or ''}", "leaf"
            )

    def _given(self) -> Iterator[Any]:
        account = self.account
        yield self.letters.line(self.say("went_in"), "heading")
        for told in account.given:
            yield from self._leaves(told, 0)
        if account.entries:
            held = " · ".join(f"{type_called(type, self.language)} {n}" for type, n in account.entries.items())
            yield self.letters.line(self.say("from_record", entries=held), "text")
        yield self.letters.line(self.say("not_kept"), "small")

    def _steps(self) -> Iterator[Any]:
        account = self.account
        yield self.letters.line(self.say("steps"), "heading")
        for stage in account.stages:
            name = self.say(stage.kind) if stage.kind in _words() else stage.name
            ms, share = f"{stage.seconds * 1000:.1f}", f"{stage.share * 100:.0f}"
            yield self.letters.line(self.say("step", name=name, ms=ms, share=share), "leaf")
        cost = account.run.cost
        said = [self.say("units", n=f"{cost.units:g}", unit=cost.unit)]
        model = account.proposal.made_by.model if account.proposal and account.proposal.made_by else None
        said += [self.say("model", model=model)] if model else []
        said += [self.say("tokens", n=account.tokens)] if account.tokens else []
        yield self.letters.line(" · ".join(said), "small")

    def _identifiers(self) -> Iterator[Any]:
        run = self.account.run
        yield self.letters.line(self.say("identifiers"), "heading")
        yield self.letters.line(self.say("run", id=run.id), "code")
        if run.chart_version:
            yield self.letters.line(self.say("chart", version=run.chart_version), "code")
        yield self.letters.line(self.say("request_digest", digest=run.input_digest), "code")
        if run.proposal_digest:
            yield self.letters.line(self.say("proposal_digest", digest=run.proposal_digest), "code")
        for signing in self.account.signings:
            made = signing.decision
            yield self.letters.line(self.say("signature", id=made.id, by=made.key, signature=made.signature), "code")


def _row(block: Block, row: Sequence[str], colon: str) -> str:
    """A row of a table in one line: a page is narrow, and a row may say much."""
    if not block.columns:
        return "  ".join(cell for cell in row if cell)
    rest = [f"{name}{colon}{cell}" for name, cell in list(zip(block.columns, row, strict=True))[1:] if cell]
    return " · ".join([row[0], *rest])


def _canvas(title: str, written: _Paper) -> type[Canvas]:
    run = written.account.run

    class Numbered(Canvas):  # type: ignore[misc] # reportlab has no types
        """Keeps its pages until their number is known."""

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._kept: list[dict[str, Any]] = []
            # The file is of the moment of printing: the stamp of an invariant one says 2000.
            self._doc._timeStamp.YMDhms = written.made.astimezone(UTC).timetuple()[:6]  # noqa: SLF001

        def showPage(self) -> None:  # noqa: N802 - a name of reportlab
            """Keeps a page."""
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            """Writes all pages, each with its number."""
            for number, page in enumerate(self._kept, 1):
                self.__dict__.update(page)
                self._around(number)
                super().showPage()
            super().save()

        def _around(self, number: int) -> None:
            width, height = A4
            put = partial(written.letters.put, self)
            above = f"{title} · {written.say('not_validated')}"
            put(18 * mm, height - 15 * mm, above)
            put(width - 18 * mm, height - 15 * mm, written.whose(), right=True)
            put(18 * mm, 14 * mm, f"{run.id} · {written.say('made', at=written.at(written.made))}")
            put(width - 18 * mm, 14 * mm, written.say("page", n=number, m=len(self._kept)), right=True)
            put(18 * mm, 10 * mm, f"SHA-256 {run.proposal_digest or run.input_digest}", size=6)
            self.setStrokeColor(LINE)
            self.line(18 * mm, height - 18 * mm, width - 18 * mm, height - 18 * mm)
            self.line(18 * mm, 18 * mm, width - 18 * mm, 18 * mm)

    return Numbered
