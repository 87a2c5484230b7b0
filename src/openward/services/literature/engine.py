"""How the search thinks: find, put in order, quote, check what was cited, and say what was searched."""

from datetime import datetime
from typing import Final

from openward.domain.errors import InputError
from openward.domain.proposal import SEVERITIES, Examined, Finding, Language, MadeBy, Proposal
from openward.domain.text import Text, fill
from openward.harness.service import Context
from openward.knowledge import texts
from openward.knowledge.literature.shelf import Shelf, shelf_here, text_here
from openward.record.chart import Chart
from openward.services.literature.citing import Result, check
from openward.services.literature.exporting import bibtex, ris
from openward.services.literature.gathering import KIND, Gathered, gather
from openward.services.literature.proposal import CorpusSearched, Literature, Quoted, Search, Widening
from openward.services.literature.quoting import Sentence, Source, quotes
from openward.services.literature.reads import Reads
from openward.services.literature.showing import disputed, gaps, hit, quoted, retractions

SERVICE_ID: Final = "literature"
VERSION: Final = "0.1.0"

texts.provide(KIND, text_here)


def literature(reads: Reads, _chart: Chart | None, context: Context) -> Proposal[Literature]:
    """What the imported literature holds on a question, and whether citations agree with it.

    Raises:
        InputError: nothing was asked, or the query cannot be read.
        KnowledgeError: the corpora cannot be read.
    """
    searched = bool(reads.question.strip() or reads.query.strip())
    if not searched and not reads.citations:
        msg = "give a 'question', a 'query' in PubMed's language, or 'citations' to check"
        raise InputError(msg)
    with shelf_here() as shelf:
        gathered = (
            gather(reads, shelf, context.vectors) if searched else Gathered(corpora=shelf.corpora() if shelf else ())
        )
        results = [check(number, citation, shelf) for number, citation in enumerate(reads.citations)]
        homes = _homes(shelf, results)
    return _proposal(reads, context, gathered, results, homes)


def _proposal(
    reads: Reads, context: Context, gathered: Gathered, results: list[Result], homes: dict[str, str]
) -> Proposal[Literature]:
    language = context.language
    sentences = _answer(reads, gathered)
    body = Literature(
        search=_search(reads, gathered, context.now),
        hits=tuple(hit(n, match, language) for n, match in enumerate(gathered.matches, 1)),
        answer=tuple(_quoted(s) for s in sentences),
        citations=tuple(r.checked for r in results),
        export=_export(reads, gathered),
    )
    by_hit = [m.document for m in gathered.matches]
    findings = [f for r in results if r.record for f in disputed(r, homes[r.record.id], reads, language)]
    findings += retractions(gathered.matches, language)
    findings += [quoted(n, s, by_hit[s.source.hit - 1], language) for n, s in enumerate(sentences, 1)]
    return Proposal(
        summary=_summary(body, language),
        body=body,
        findings=_ranked(findings),
        not_checked=gaps(reads, gathered, results, language, answered=bool(sentences)),
        examined=_examined(body, language),
        language=language,
        made_by=MadeBy(
            service=SERVICE_ID, service_version=VERSION,
            knowledge={f"{KIND}/{corpus.name}": corpus.version for corpus in gathered.corpora},
        ),
    )  # fmt: skip


def _homes(shelf: Shelf | None, results: list[Result]) -> dict[str, str]:
    """The id of the text of each record that a citation names."""
    found = {r.record.id for r in results if r.record}
    return {id: f"{KIND}/{shelf.corpus_of(id)}/{id}" for id in found} if shelf else {}


def _answer(reads: Reads, gathered: Gathered) -> list[Sentence]:
    """Quotations for a question; a retracted document is never quoted."""
    if not (reads.answer and reads.question.strip()):
        return []
    sources = [
        Source(n, m.id, m.document.text, m.start, m.end)
        for n, m in enumerate(gathered.matches, 1)
        if m.document.notice != "retracted"
    ]
    return quotes(gathered.asked, sources)


def _quoted(sentence: Sentence) -> Quoted:
    source = sentence.source
    return Quoted(
        sentence=sentence.text, hit=source.hit, document=source.document, start=sentence.start, end=sentence.end
    )


def _search(reads: Reads, gathered: Gathered, now: datetime) -> Search:
    widened = [Widening(w.word, w.heading, w.narrower) for w in gathered.condition.widened]
    widened += [Widening(bridge.said, bridge.meant) for bridge in gathered.bridges]
    return Search(
        question=reads.question, query=reads.query, at=now.isoformat(timespec="seconds"),
        corpora=tuple(CorpusSearched(c.name, c.version, c.imported, c.documents) for c in gathered.corpora),
        widened=tuple(widened), matched=gathered.matched, ranked=gathered.ranked, shown=len(gathered.matches),
        meaning=gathered.meaning,
    )  # fmt: skip


def _export(reads: Reads, gathered: Gathered) -> str | None:
    if reads.export is None:
        return None
    records = [m.document for m in gathered.matches]
    return ris(records) if reads.export == "ris" else bibtex(records)


def _ranked(findings: list[Finding]) -> tuple[Finding, ...]:
    """The findings, those that matter most first, each once."""
    once = {finding.id: finding for finding in findings}
    return tuple(sorted(once.values(), key=lambda f: SEVERITIES.index(f.severity)))


def _examined(body: Literature, language: Language) -> tuple[Examined, ...]:
    found = []
    if body.search.corpora:
        documents = sum(corpus.documents for corpus in body.search.corpora)
        found.append(Examined(what=_DOCUMENTS.in_(language), count=documents))
    if body.search.ranked:
        found.append(Examined(what=_PASSAGES.in_(language), count=body.search.ranked))
    if body.citations:
        found.append(Examined(what=_CITATIONS.in_(language), count=len(body.citations)))
    return tuple(found)


def _summary(body: Literature, language: Language) -> str:
    parts = []
    if body.search.question.strip() or body.search.query.strip():
        parts.append(fill(_FOUND.in_(language), hits=len(body.hits), quotes=len(body.answer)))
    if body.citations:
        good = sum(c.outcome == "agrees" for c in body.citations)
        parts.append(fill(_CHECKED.in_(language), good=good, all=len(body.citations)))
    return " ".join(parts)


_DOCUMENTS: Final = Text("documents in the corpora", "文献库文献数")
_PASSAGES: Final = Text("passages ranked", "排序段落数")
_CITATIONS: Final = Text("citations checked", "核查引文数")
_FOUND: Final = Text(
    "{hits:document|documents} shown, {quotes:sentence|sentences} quoted.", "显示{hits}篇文献，引用{quotes}句原文。"
)
_CHECKED: Final = Text("{good} of {all:citation|citations} agree with the record.", "{all}条引文中{good}条与记录一致。")
