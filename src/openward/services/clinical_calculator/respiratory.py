"""Equations of breathing: gas pressures in mmHg, oxygen fractions in per cent."""

from collections.abc import Callable
from typing import Final


def pf_ratio(*, pao2: float, fio2: float) -> float:
    """Arterial oxygen pressure over the inspired fraction, mmHg."""
    return 100 * pao2 / fio2


def sf_ratio(*, spo2: float, fio2: float) -> float:
    """Oxygen saturation in per cent over the inspired fraction."""
    return 100 * spo2 / fio2


def alveolar_gradient(*, pao2: float, paco2: float, fio2: float) -> float:
    """Alveolar less arterial oxygen pressure at sea level, respiratory quotient 0.8, mmHg."""
    return fio2 / 100 * (760 - 47) - paco2 / 0.8 - pao2


def rox(*, spo2: float, fio2: float, respiratory_rate: float) -> float:
    """SpO2 over FiO2, over the respiratory rate (Roca 2016)."""
    return 100 * spo2 / fio2 / respiratory_rate


def oxygenation_index(*, mean_airway_pressure: float, fio2: float, pao2: float) -> float:
    """Mean airway pressure (cmH2O) times the inspired fraction in per cent, over PaO2."""
    return mean_airway_pressure * fio2 / pao2


def rapid_shallow(*, respiratory_rate: float, tidal_volume: float) -> float:
    """Rate over tidal volume in litres (Yang 1991)."""
    return respiratory_rate / tidal_volume


def news2_scale(*, hypercapnic_failure: bool, supplemental_oxygen: bool) -> str:
    """Which of the two SpO2 scales of NEWS2 holds (Royal College of Physicians 2017)."""
    if not hypercapnic_failure:
        return "one"
    return "two_oxygen" if supplemental_oxygen else "two_air"


FORMULAS: Final[dict[str, Callable[..., float | str]]] = {
    "news2_scale": news2_scale,
    "pf_ratio": pf_ratio,
    "sf_ratio": sf_ratio,
    "alveolar_gradient": alveolar_gradient,
    "rox": rox,
    "oxygenation_index": oxygenation_index,
    "rapid_shallow": rapid_shallow,
}
