"""Days of a pregnancy from the last menstrual period and the length of the cycle."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final


def due_date(*, last_period: date, cycle_days: float) -> date:
    """The expected day of birth: 280 days, and what the cycle differs from 28 (Naegele)."""
    return last_period + timedelta(days=280 + round(cycle_days) - 28)


def conception_date(*, last_period: date, cycle_days: float) -> date:
    """The estimated day of conception: 14 days before the next period was due."""
    return last_period + timedelta(days=round(cycle_days) - 14)


def gestational_days(*, last_period: date, on_day: date) -> float:
    """Completed days of the pregnancy.

    Raises:
        ValueError: the day lies before the last period, or over 45 weeks after it.
    """
    days = (on_day - last_period).days
    if not 0 <= days <= 315:  # noqa: PLR2004 - 45 weeks
        raise ValueError("the day must lie 0 to 45 weeks after the last period")
    return float(days)


FORMULAS: Final[dict[str, Callable[..., date | float]]] = {
    "due_date": due_date,
    "conception_date": conception_date,
    "gestational_days": gestational_days,
}
