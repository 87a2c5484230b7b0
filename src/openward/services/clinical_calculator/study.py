"""How the calculator is known to work: public cases with structured entities, answered within the limits of each row.

The cases: MedCalc-Bench v1.0 (Khandekar et al., NeurIPS 2024), developers' share. A range, a refusal or an unknown
calculator is a wrong answer.
"""

import re
from datetime import datetime
from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.study import Endpoint, Study
from openward.services.clinical_calculator.cases_read import calculator_of, inputs_of_case, inputs_of_question, silence

_WEEKS: Final = re.compile(r"(\d+) weeks?\D+(\d+) days?")


def entities_request(row: dict[str, Any]) -> dict[str, Any]:
    """The calculator and the inputs of a row, without a patient."""
    calculator = calculator_of(row)
    if calculator is None:
        return {"input": {"calculator": str(row["calculator"])[:200]}}
    return {"input": {"calculator": calculator.id, "inputs": inputs_of_case(row, calculator)}}


def note_request(row: dict[str, Any]) -> dict[str, Any]:
    """The calculator and the note of a row alone; what the note is silent about is what the set takes silence for.

    The question of a steroid conversion names the wanted drug, and only the question does.
    """
    calculator = calculator_of(row)
    if calculator is None:
        return {"input": {"calculator": str(row["calculator"])[:200]}}
    asked = {"calculator": calculator.id, "note": row["note"], "assumed": silence(calculator)}
    return {"input": asked | {"inputs": inputs_of_question(row, calculator)}}


def right(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether one value came out, within the limits of the row."""
    calculation = proposal.body.calculation
    if calculation is None or calculation.value is None:
        return False
    if row["output_type"] == "date":
        wanted = datetime.strptime(row["answer"], "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no zone
        return bool(calculation.date == wanted.isoformat())
    weeks = _WEEKS.search(row["answer"])
    if weeks:
        return bool(calculation.value == int(weeks[1]) * 7 + int(weeks[2]))
    slack = 1e-9 * max(1.0, abs(calculation.value))
    low, high = sorted((float(row["lower"]), float(row["upper"])))
    return bool(low - slack <= calculation.value <= high + slack)


STUDY: Final = Study(
    id="clinical-calculator-cases",
    title="Public calculator cases, from their structured entities",
    endpoints=(
        Endpoint(
            id="from_entities",
            question="Of the public cases, how many are answered within the limits of the row?",
            dataset="calculator_cases.jsonl",
            source="MedCalc-Bench v1.0, Khandekar et al., 2024",
            request=entities_request,
            success=right,
            accept=0.72,
        ),
        Endpoint(
            id="from_note",
            question="Of the public cases, how many are answered from the free text of the note alone?",
            dataset="calculator_cases.jsonl",
            source="MedCalc-Bench v1.0, Khandekar et al., 2024",
            request=note_request,
            success=right,
            accept=0.55,
        ),
    ),
)
