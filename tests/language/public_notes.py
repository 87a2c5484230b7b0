"""What the language room reads in the public notes, checked by what the notes say twice.

`python -m tests.language.public_notes ../shared/data` prints the figures of docs/evidence/language.md.
"""

import itertools
import json
import re
import sys
from pathlib import Path

from tests.language.sentences import wilson

from openward.language.mentions import Lexicon
from openward.language.person import person
from openward.language.readings import readings

ABSENT = "fever;vomiting;headache;chest pain;cough;diarrhea;rash;jaundice;dyspnea;palpitations;nausea;weight loss"


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def shown(name: str, right: int, n: int) -> str:
    low, high = wilson(right, n)
    return f"{name}: {right}/{n} {right / n:.1%} ({low:.1%} to {high:.1%})"


def absent(folder: Path) -> str:
    lexicon = Lexicon((word, word) for word in ABSENT.split(";"))
    lists = [row["absent_findings"] for row in rows(folder, "symptom_vignettes.jsonl")]
    said = [mention.assertion for text in lists for mention in lexicon.mentions(text)]
    return shown("findings of the absent lists read as absent", said.count("absent"), len(said))


def demographics(folder: Path) -> str:
    right = 0
    vignettes = rows(folder, "symptom_vignettes.jsonl")
    for row in vignettes:
        found = person(row["demographics"])
        years = re.match(r"\d+", row["demographics"])
        same = years is not None and found.age_days is not None and round(found.age_days / 365.25) == int(years.group())
        right += same and found.sex == row["demographics"].split()[-1].lower()
    return shown("age and sex of the demographics line", right, len(vignettes))


def temperatures(folder: Path) -> str:
    """A temperature written in both units is read twice, and the two agree within 0.3 °C."""
    right = total = 0
    for row in rows(folder, "notes_with_errors.jsonl"):
        total += (written := len(re.findall(r"\d ?C \(\d[\d.]* ?F\)|\d ?F \(\d[\d.]* ?C\)", row["Text"])))
        found = [r for r in readings(row["Text"]) if r.unit in ("Cel", "[degF]")]
        pairs = itertools.pairwise(found)
        agree = [
            a for a, b in pairs if a.unit != b.unit and "temperature" in a.words and abs(celsius(a) - celsius(b)) < 0.3
        ]
        right += min(written, len(agree))
    return shown("temperatures in both units read alike", right, total)


def celsius(reading) -> float:
    return reading.value if reading.unit == "Cel" else (reading.value - 32) / 1.8


def pressures(folder: Path) -> str:
    right = total = 0
    for row in rows(folder, "notes_with_errors.jsonl"):
        total += (written := len(re.findall(r"blood pressure (?:is|was|of) \d{2,3}/\d{2,3}", row["Text"])))
        right += min(written, sum("blood pressure" in r.words and r.second is not None for r in readings(row["Text"])))
    return shown("blood pressures read as pairs", right, total)


def main(folder: Path) -> None:
    for figure in (absent, demographics, temperatures, pressures):
        print(figure(folder))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
