"""Numbers that follow from vital signs: the least NEWS2 that they give, shock index, low pressure by a child's age.

NEWS2: Royal College of Physicians 2017, for people of 16 years and over. What was not measured counts nothing, so the
sum is the least that the score can be. Children: systolic limits of the PALS guideline (AHA 2020).
"""

from collections.abc import Mapping
from typing import Final

_Bands = tuple[tuple[float, int], ...]
# Each band: values up to and including the first number score the second; the last band has no upper end.
_RESPIRATION: Final[_Bands] = ((8, 3), (11, 1), (20, 0), (24, 2), (float("inf"), 3))
_SATURATION: Final[_Bands] = ((91, 3), (93, 2), (95, 1), (float("inf"), 0))
_SATURATION_COPD: Final[_Bands] = ((83, 3), (85, 2), (87, 1), (float("inf"), 0))
_SATURATION_COPD_OXYGEN: Final[_Bands] = ((83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2), (float("inf"), 3))
_SYSTOLIC: Final[_Bands] = ((90, 3), (100, 2), (110, 1), (219, 0), (float("inf"), 3))
_PULSE: Final[_Bands] = ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (float("inf"), 3))
_TEMPERATURE: Final[_Bands] = ((35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1), (float("inf"), 2))
_OXYGEN: Final = 2
_NOT_ALERT: Final = 3
_NEWBORN_DAYS: Final = 28
_NEWBORN, _INFANT, _TEN_YEARS, _OLDER = 60.0, 70.0, 10.0, 90.0


def news2_at_least(vitals: Mapping[str, float], *, copd: bool, oxygen: bool, alert: bool | None) -> int | None:
    """The least NEWS2 of an adult, None when nothing of it was measured."""
    bands: dict[str, _Bands] = {
        "rr": _RESPIRATION,
        "spo2": (_SATURATION_COPD_OXYGEN if oxygen else _SATURATION_COPD) if copd else _SATURATION,
        "sbp": _SYSTOLIC,
        "hr": _PULSE,
        "temp": _TEMPERATURE,
    }
    points = [_points(bands[name], vitals[name]) for name in bands if name in vitals]
    if not points:
        return None
    return sum(points) + (_OXYGEN if oxygen else 0) + (_NOT_ALERT if alert is False else 0)


def _points(bands: _Bands, value: float) -> int:
    return next(points for highest, points in bands if value <= highest)


def shock_index(vitals: Mapping[str, float]) -> float | None:
    """Heart rate over systolic pressure."""
    if "hr" not in vitals or not vitals.get("sbp"):
        return None
    return vitals["hr"] / vitals["sbp"]


def lowest_systolic(age_days: float, age: float) -> float:
    """The systolic pressure below which a child's pressure is low (PALS)."""
    if age_days <= _NEWBORN_DAYS:
        return _NEWBORN
    if age < 1:
        return _INFANT
    return _INFANT + 2 * int(age) if age <= _TEN_YEARS else _OLDER
