from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.access.scopes import BY_ROLE, DECIDE, PLAIN, allows, check, holders, parse
from openward.domain.actor import Role
from openward.domain.errors import InputError

smart = st.builds(
    "{}/{}.{}".format,
    st.sampled_from(["system", "user", "patient"]),
    st.sampled_from(["*", "Patient", "Observation"]),
    st.sampled_from(["c", "r", "rs", "cud", "cruds"]),
)
service = st.sampled_from(["service/*.run", "service/prescription-review.run", "service/triage.run"])
scope = smart | service | st.sampled_from(sorted(PLAIN))


@pytest.mark.parametrize(
    ("granted", "needed"),
    [
        ("system/*.rs", "system/Patient.r"),
        ("system/*.cruds", "system/*.rs"),
        ("user/Patient.rs", "user/Patient.s"),
        ("user/*.rs", "system/Patient.rs"),
        ("system/*.rs", "user/Patient.rs"),
        ("user/*.rs", "patient/Patient.r"),
        ("patient/*.rs", "patient/Observation.rs"),
        ("service/*.run", "service/prescription-review.run"),
        ("service/triage.run", "service/triage.run"),
        ("run.read", "run.read"),
    ],
)
def test_a_scope_covers_what_it_names(granted, needed):
    assert allows([granted], needed)


@pytest.mark.parametrize(
    ("granted", "needed"),
    [
        ("system/Patient.rs", "system/Observation.r"),
        ("system/Patient.rs", "system/*.r"),
        ("system/*.rs", "system/Patient.u"),
        ("patient/*.rs", "user/Patient.r"),
        ("patient/*.rs", "system/Patient.r"),
        ("service/triage.run", "service/prescription-review.run"),
        ("service/triage.run", "service/*.run"),
        ("service/*.run", "run.read"),
        ("admin", "run.read"),
        ("admin", "run.decide"),
        ("run.read", "run.decide"),
        ("system/*.cruds", "run.decide"),
        ("system/*.cruds", "trail.read"),
    ],
)
def test_a_scope_covers_nothing_else(granted, needed):
    assert not allows([granted], needed)


@pytest.mark.parametrize("needed", ["*", "", "everything", "system/Patient", "service/.run", "RUN.READ", "run.read "])
def test_what_is_no_scope_is_never_allowed(needed):
    assert not allows(["*", "admin", "system/*.cruds", "service/*.run", needed], needed)


@given(scope)
def test_the_house_may_do_everything_but_decide(needed):
    assert allows(["*"], needed) == (needed != DECIDE)


@given(st.lists(scope, max_size=5), scope, scope)
def test_more_scopes_never_allow_less(granted, more, needed):
    assert not allows(granted, needed) or allows([*granted, more], needed)


@given(scope)
def test_every_scope_covers_itself(one):
    assert allows([one], one)


@given(st.text(max_size=40))
def test_any_text_is_either_a_scope_or_refused(text):
    assert parse(text) is None or allows([text], text)


@pytest.mark.parametrize(
    "text",
    [
        "*", "patient/*.sr", "user/patient.rs", "system/*.", "system/*.x", "service/A.run", "service/*.walk",
        "system/*.rs?category=laboratory", "openid", "launch/patient", "user/*.rs ", "system/*.read",
    ],
)  # fmt: skip
def test_other_grammars_are_refused_without_quoting_them(text):
    assert parse(text) is None
    with pytest.raises(InputError, match="scope 1 of 1 is no scope") as caught:
        check([text])
    assert text == "*" or f" {text}:" not in str(caught.value)


def test_scopes_are_kept_in_order_and_once():
    assert check(["run.read", "admin", "run.read"]) == ("admin", "run.read")


def test_every_role_has_scopes_and_all_of_them_are_scopes():
    assert set(BY_ROLE) == set(get_args(Role))
    for scopes in BY_ROLE.values():
        assert set(check(scopes)) == set(scopes)


@pytest.mark.parametrize("role", sorted(BY_ROLE))
def test_only_those_who_treat_may_decide(role):
    assert allows(BY_ROLE[role], DECIDE) == (role in {"clinician", "pharmacist", "nurse"})


def test_a_patient_and_a_researcher_do_not_reach_the_records_of_others():
    for role in ("patient", "researcher", "auditor"):
        assert not allows(BY_ROLE[role], "user/Patient.r")


def test_only_an_auditor_and_an_administrator_read_the_trail():
    assert {role for role in BY_ROLE if allows(BY_ROLE[role], "trail.read")} == {"auditor", "administrator"}


def test_who_holds_a_scope_is_told_by_role():
    assert holders("trail.read") == ("auditor", "administrator")
    assert holders("nothing at all") == ()
