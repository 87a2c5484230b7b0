"""Figures of a service at a glance, and the little pictures of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from openward.domain.run import Mark
from openward.doors.console.pages.cockpit import ago
from openward.doors.console.tiles import columns, initials, use

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def mark(days=0, **more):
    return Mark(service="s", status=more.pop("status", "proposed"), started=NOW - timedelta(days=days),
                seconds=more.pop("seconds", 0.2), **more)  # fmt: skip


def test_runs_are_counted_by_what_became_of_them_and_by_day():
    marks = [mark(choice="accept"), mark(choice="accept", days=1), mark(choice="amend"), mark(choice="reject"),
             mark(status="held"), mark(), mark(status="failed", days=13), mark(days=14)]  # fmt: skip
    found = use(marks, NOW, 14, signed=True)
    assert (found.runs, found.today, found.accepted, found.amended, found.rejected) == (7, 5, 2, 1, 1)
    assert (found.waiting, found.held, found.failed) == (2, 1, 1)
    assert (found.decided, found.share) == (4, 50)
    assert [column.count for column in found.columns] == [1, *[0] * 11, 1, 5]


def test_what_nobody_signs_waits_for_nobody():
    assert use([mark(), mark()], NOW, 14, signed=False).waiting == 0


def test_nothing_decided_is_no_share_of_nothing():
    found = use([], NOW, 14, signed=True)
    assert (found.share, found.median, found.slowest, len(found.columns)) == (0, "", "", 14)


def test_times_are_told_in_a_fitting_unit():
    found = use([mark(seconds=0.02), mark(seconds=0.04), mark(seconds=3.0)], NOW, 14, signed=True)
    assert found.median == "40 ms"
    assert found.slowest.endswith(" s")


def test_the_highest_column_is_as_high_as_the_picture_and_an_empty_day_still_has_a_line():
    drawn = columns([(date(2026, 11, 19), 0), (date(2026, 11, 20), 1), (date(2026, 11, 21), 4)])
    assert [(c.x, c.y, c.height) for c in drawn] == [(0, 20.5, 1.5), (7, 16.5, 5.5), (14, 0.0, 22.0)]


@pytest.mark.parametrize(("title", "letters"), [
    ("Prescription review", "PR"), ("Quality of clinical notes", "QC"), ("Ward-round brief", "WR"), ("Triage", "T"),
    ("处方审核", "处"), ("病区", "病"),
])  # fmt: skip
def test_a_title_has_letters_that_stand_for_it(title, letters):
    assert initials(title) == letters


@pytest.mark.parametrize(("minutes", "said"), [
    (0, ("minutes_ago", 0)), (59, ("minutes_ago", 59)), (60, ("hours_ago", 1)), (47 * 60, ("hours_ago", 47)),
    (48 * 60, ("days_ago", 2)), (-5, ("minutes_ago", 0)),
])  # fmt: skip
def test_how_long_ago_something_was_is_told_in_a_fitting_unit(minutes, said):
    assert ago(NOW - timedelta(minutes=minutes), NOW) == said


def test_figures_of_runs_that_were_not_all_counted_say_so():
    assert not use([mark()], NOW, 14, signed=True).more
    long_ago = use([mark()], NOW, 14, signed=True, since=NOW - timedelta(days=20))
    assert (long_ago.more, long_ago.more_today) == (False, False)
    of_the_span = use([mark()], NOW, 14, signed=True, since=NOW - timedelta(days=3))
    assert (of_the_span.more, of_the_span.more_today) == (True, False)
    assert use([mark()], NOW, 14, signed=True, since=NOW).more_today
