"""Drugs of a note that an illness or state of the same note speaks against."""

from collections.abc import Iterator

from openward.domain.text import Text
from openward.services.note_quality.case import MOOT, Asked, Gap, Hit, Note
from openward.services.note_quality.checkers.allergic import stated
from openward.services.note_quality.checkers.prescribed import taken
from openward.services.note_quality.medicines import Named, name_of
from openward.services.note_quality.phrases import Place, is_meant, places

_NOT_OWN = ("family",)


def drug_against(asked: Asked) -> Iterator[Hit | Gap]:
    """The note gives a drug of the rule and tells of a state that the drug's label names as a contraindication."""
    note, rule = asked.written, asked.rule
    state = _state(note, rule.list("words"))
    if state is None:
        yield MOOT
        return
    wanted = set(rule.list("drugs"))
    avoided = {i for drug in stated(note).drugs for i in drug.ingredients}
    given = taken(note, ())
    if not given:
        yield MOOT
    for drug in given:
        if wanted & set(drug.ingredients) - avoided:
            yield _hit(note, drug, state)
            return


def _state(note: Note, words: tuple[str, ...]) -> Place | None:
    """Where the note says that the patient is or has one of the words."""
    apart = [(part.start, part.end) for part in note.of(*_NOT_OWN)]
    for start, end in places(note.text, words):
        if not any(a <= start < b for a, b in apart) and is_meant(note.text, (start, end)):
            return start, end
    return None


def _hit(note: Note, drug: Named, state: Place) -> Hit:
    said = note.text[state[0] : state[1]][:40]
    en, zh = (name_of(drug.ingredients[0], language) for language in ("en", "zh"))
    return Hit(
        evidence=(note.cite(drug.start, drug.end), note.cite(*state)),
        detail=Text(f"The drug is {en}; the note also says “{said}”.", f"药物：{zh}；病历同时记录“{said}”。"),
        key=drug.ingredients[0],
    )
