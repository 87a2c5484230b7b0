"""Says to a person what was found: quotations, retractions, citations that do not hold, and what could not be done."""

from collections.abc import Iterable
from typing import Final

from openward.domain.code import Code
from openward.domain.evidence import DocumentEvidence, Evidence, InputEvidence
from openward.domain.proposal import Finding, Language, NotChecked, Severity
from openward.domain.text import Text
from openward.knowledge.literature.document import Document
from openward.knowledge.literature.grading import grade
from openward.services.literature.citing import Result, evidence_title
from openward.services.literature.gathering import Gathered, Match
from openward.services.literature.proposal import SYSTEM, Checked, Hit
from openward.services.literature.quoting import Sentence
from openward.services.literature.reads import Reads

_AUTHORS: Final = 3


def hit(rank: int, match: Match, language: Language) -> Hit:
    """A document that was found, as it is shown."""
    document = match.document
    graded = grade(document.types)
    return Hit(
        rank=rank, id=document.id, title=document.title, score=round(match.score, 4), document=match.id,
        start=match.start, end=match.end, heading=match.heading or None, pmid=document.pmid, doi=document.doi,
        year=document.year, journal=document.journal_short or document.journal, authors=document.authors[:_AUTHORS],
        kind=graded.kind if graded else None, kind_name=graded.name.in_(language) if graded else None,
        evidence_level=graded.level if graded else None, notice=document.notice,
    )  # fmt: skip


def quoted(number: int, sentence: Sentence, document: Document, language: Language) -> Finding:
    """A sentence that speaks to the question."""
    graded = grade(document.types)
    kind = graded.name.in_(language) if graded else _NO_KIND.in_(language)
    evidence: tuple[Evidence, ...] = (_span(sentence.source.document, sentence.start, sentence.end, document),)
    return Finding(
        id=f"quote-{number}",
        code=Code(SYSTEM, "quote", _QUOTE.en),
        severity="info",
        present="passive",
        headline=_BY.in_(language).format(source=_short(document), kind=kind),
        why=sentence.text,
        advice=_READ.in_(language),
        evidence=(*evidence, graded.evidence) if graded else evidence,
        about=(document.id[:200],),
    )


def retractions(matches: Iterable[Match], language: Language) -> list[Finding]:
    """One finding for each document found that was retracted or is in doubt."""
    return [_noticed(m.document, m.id, language) for m in matches if m.document.notice]


def _noticed(document: Document, id: str, language: Language) -> Finding:
    retracted = document.notice == "retracted"
    title = evidence_title(document)
    by = _NOTICE.in_(language).format(pmid=document.notice_by) if document.notice_by else ""
    return Finding(
        id=f"notice-{document.id[:200]}",
        code=Code(SYSTEM, document.notice or "", (_RETRACTED if retracted else _CONCERN).en),
        severity="high" if retracted else "moderate",
        present="passive",
        headline=(_RETRACTED if retracted else _CONCERN).in_(language).format(source=_short(document)),
        why=document.title + by,
        advice=(_DO_NOT_USE if retracted else _READ_NOTICE).in_(language),
        evidence=(_span(id, title.start, title.end, document),),
        about=(document.id[:200],),
    )


def disputed(result: Result, id: str, reads: Reads, language: Language) -> list[Finding]:
    """What is wrong with one citation: its source, or what is said of it."""
    record, checked = result.record, result.checked
    if record is None:
        return []
    found = [_noticed(record, id, language)] if record.notice else []
    faults = [words.in_(language) for words in _faults(checked)]
    if not faults:
        return found
    number, title = checked.number, evidence_title(record)
    severity: Severity = "high" if checked.title_agrees is False or checked.quote_found is False else "moderate"
    missing = (": " + ", ".join(checked.numbers_missing[:10])) if checked.numbers_missing else ""
    wrong = Finding(
        id=f"citation-{number}",
        code=Code(SYSTEM, "citation-differs", _DIFFERS.en),
        severity=severity,
        present="passive",
        headline=_DIFFERS.in_(language).format(number=number + 1),
        why="; ".join(faults) + missing,
        advice=_LOOK.in_(language),
        evidence=(*_given(number, reads), _span(id, title.start, title.end, record)),
        certainty="possible" if _only_doubtful(checked) else "probable",
        about=(f"citations[{number}]",),
    )
    return [*found, wrong]


def _faults(checked: Checked) -> list[Text]:
    faults = [
        (checked.title_agrees is False, _TITLE), (checked.year_agrees is False, _YEAR),
        (checked.author_agrees is False, _AUTHOR), (checked.quote_found is False, _NO_QUOTE),
        (checked.direction_agrees is False, _DIRECTION), (bool(checked.numbers_missing), _NUMBERS),
    ]  # fmt: skip
    return [words for wrong, words in faults if wrong]


def _only_doubtful(checked: Checked) -> bool:
    return False not in (checked.title_agrees, checked.year_agrees, checked.author_agrees)


def _given(number: int, reads: Reads) -> tuple[InputEvidence, ...]:
    citation = reads.citations[number]
    named = [("pmid", citation.pmid), ("doi", citation.doi), ("title", citation.title)]
    said = next(((name, value) for name, value in named if value), None)
    return (InputEvidence(f"citations[{number}].{said[0]}", said[1]),) if said else ()


def gaps(
    reads: Reads, gathered: Gathered, results: Iterable[Result], language: Language, *, answered: bool
) -> tuple[NotChecked, ...]:
    """What could not be looked at."""
    searched = bool(reads.question.strip() or reads.query.strip())
    found = []
    if not reads.passages and not gathered.corpora:
        found.append(_gap("no-corpus", _NO_CORPUS, language))
    elif searched and not gathered.matches:
        found.append(_gap("nothing-found", _NOTHING, language))
    elif reads.question.strip() and reads.answer and not answered:
        found.append(_gap("no-sentence", _NO_SENTENCE, language))
    if gathered.condition.alone and not gathered.tree:
        found.append(_gap("no-mesh", _NO_MESH, language))
    if gathered.unanswered:
        found.append(_gap("no-vectors", _NO_VECTORS, language))
    missing = [r.checked.number for r in results if r.record is None]
    if missing:
        about = tuple(f"citations[{n}]" for n in missing)
        found.append(_gap("citation-not-found", _NOT_HELD, language, about))
    return tuple(found)


def _gap(code: str, words: tuple[Text, Text, Text], language: Language, about: tuple[str, ...] = ()) -> NotChecked:
    what, why, needed = (text.in_(language) for text in words)
    return NotChecked(code=code, what=what, why=why, needed=needed, about=about)


def _span(id: str, start: int, end: int, document: Document) -> DocumentEvidence:
    return DocumentEvidence(id=id, start=start, end=end, quote=document.text[start:end])


def _short(document: Document) -> str:
    """A document in at most four words: first author and year, else its id."""
    family = document.authors[0].split()[0] if document.authors else document.id[:60].replace(" ", "-")
    return f"{family} {document.year}" if document.year else family


_QUOTE: Final = Text("A sentence that speaks to the question", "与问题相关的原文")
_BY: Final = Text("{source}: {kind}", "{source}：{kind}")
_NO_KIND: Final = Text("kind of evidence not stated", "证据类型未注明")
_READ: Final = Text("Read the source before relying on one sentence of it.", "请阅读原文，勿仅凭单句作判断。")
_RETRACTED: Final = Text("Retracted: {source}", "已撤稿：{source}")
_CONCERN: Final = Text("Expression of concern: {source}", "关注声明：{source}")
_NOTICE: Final = Text(" (notice: PMID {pmid})", "（声明：PMID {pmid}）")
_DO_NOT_USE: Final = Text("Do not rely on it; read the notice.", "请勿采信；请查阅撤稿声明。")
_READ_NOTICE: Final = Text("Read the notice before relying on it.", "采信前请查阅声明。")
_DIFFERS: Final = Text("Citation {number} does not agree with its record", "第{number}条引文与记录不符")
_LOOK: Final = Text("Compare the citation with its source and correct it.", "请与原文核对并更正引文。")
_TITLE: Final = Text("the record has another title", "标题与记录不符")
_YEAR: Final = Text("the record has another year", "年份与记录不符")
_AUTHOR: Final = Text("the record has another first author", "第一作者与记录不符")
_NO_QUOTE: Final = Text("the quoted words do not stand in the text that is held", "所引文字未见于现有文本")
_DIRECTION: Final = Text("the nearest sentence says the opposite direction", "最相近的语句所述方向相反")
_NUMBERS: Final = Text("numbers of the claim do not stand in the text that is held", "所述数字未见于现有文本")
_NO_CORPUS: Final = (
    Text("The literature", "文献库"),
    Text("no corpus was imported into this ward", "本机构尚未导入任何文献库"),
    Text("openward literature import PATH", "openward literature import PATH"),
)
_NOTHING: Final = (
    Text("Literature on this question", "与该问题相关的文献"),
    Text(
        "nothing in the imported corpora fits; that says nothing of what was not imported",
        "已导入文献中无匹配；未导入的文献未检索",
    ),
    Text("other words, fewer conditions, or a further corpus", "更换检索词、放宽条件或导入更多文献"),
)
_NO_SENTENCE: Final = (
    Text("A sentence that answers", "可回答问题的语句"),
    Text("no sentence of the passages found holds half of the words asked for", "所得段落中没有语句包含半数以上提问词"),
    Text("reading the passages that were found", "阅读检索到的段落"),
)
_NO_MESH: Final = (
    Text("Narrower headings", "下位主题词"),
    Text("MeSH was not imported, so a heading was searched by its own name only", "未导入 MeSH，仅按主题词本身检索"),
    Text("openward literature import desc<year>.xml", "openward literature import desc<year>.xml"),
)
_NO_VECTORS: Final = (
    Text("The order by meaning", "按语义排序"),
    Text(
        "the model that makes vectors did not answer, so words alone decide the order", "向量模型未应答，仅按词语排序"
    ),
    Text("openward models check", "openward models check"),
)
_NOT_HELD: Final = (
    Text("Citations that no imported corpus holds", "未在已导入文献库中找到的引文"),
    Text("it cannot be told whether they exist or what they say", "无法判断其是否存在及其内容"),
    Text("a corpus that holds them, or a look at the source itself", "导入包含该引文的文献库，或直接查阅原文"),
)
