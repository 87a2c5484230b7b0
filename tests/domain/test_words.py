"""The small words of the domain say what they should."""

import pytest

from openward.domain.code import ATC, Code, Concept
from openward.domain.errors import InputError
from openward.domain.proposal import language_of
from openward.domain.run import choice_of
from openward.domain.study import Endpoint, Study
from openward.domain.text import Text


def test_a_concept_is_named_by_text_then_display_then_code():
    coded = Code(ATC, "B01AA03", "warfarin")
    assert Concept((coded,), "Marevan").name() == "Marevan"
    assert Concept((Code(ATC, "X"), coded)).name() == "warfarin"
    assert Concept((Code(ATC, None), Code(ATC, "B01AA03"))).name() == "B01AA03"
    assert Concept().name() is None


def test_codes_are_found_by_system():
    concept = Concept((Code(ATC, "B01AA03"), Code("other", "1"), Code(ATC, None)))
    assert concept.codes(ATC) == ("B01AA03",)


def test_a_text_speaks_both_languages():
    assert (Text("yes", "是").in_("en"), Text("yes", "是").in_("zh")) == ("yes", "是")


def test_words_for_choices_and_languages_are_known_or_an_error():
    assert [choice_of(w) for w in ("accept", "amend", "reject")] == ["accept", "amend", "reject"]
    assert [language_of(w) for w in ("en", "zh")] == ["en", "zh"]
    with pytest.raises(InputError, match="accept"):
        choice_of("maybe")
    with pytest.raises(InputError, match="en or zh"):
        language_of("fr")


def test_a_study_holds_its_endpoints():
    endpoint = Endpoint(
        id="e", question="?", dataset="d", source="s", request=dict, success=lambda *_: True, accept=0.9
    )
    assert Study(id="s", title="t", endpoints=(endpoint,)).endpoints == (endpoint,)
    assert (endpoint.figure, endpoint.applies({})) == ("e", True)
