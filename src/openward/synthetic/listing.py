"""The table of stories for the documentation, made from the stories themselves."""

from typing import Final

from openward.synthetic.catalogue import load_catalogue
from openward.synthetic.story import BACKGROUND, SPECIALTIES, Filed, load_stories

_HEAD: Final = "| story | what happens | 故事 | verdict | what it shows |\n|---|---|---|---|---|"


def listing() -> str:
    """All stories as Markdown, a table for each specialty, the background people last."""
    words = load_catalogue().people.specialties
    parts = []
    for specialty in (*SPECIALTIES, BACKGROUND):
        title = (
            f"{words[specialty].en} · {words[specialty].zh}" if specialty in words else "Background people · 背景人群"
        )
        rows = [_row(filed) for filed in load_stories() if filed.specialty == specialty]
        parts.append("\n".join([f"### {title}", "", _HEAD, *rows]))
    return "\n\n".join(parts) + "\n"


def _row(filed: Filed) -> str:
    story = filed.story
    planted = "; ".join(f"{t.kind}: {' + '.join(t.drugs)}" for t in story.truths)
    verdict = f"{story.verdict} ({planted})" if planted else story.verdict
    return f"| `{filed.id}` | {story.title.en} | {story.title.zh} | {verdict} | {story.teaches.en} |"
