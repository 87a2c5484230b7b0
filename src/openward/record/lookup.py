"""Conditional references, which name a resource by an identifier, answered by the record."""

import msgspec

from openward.domain.resource import Incoming, SearchQuery, Token, Wanted
from openward.ports.store import RecordStore
from openward.record.index import PATIENT_ASKED, read_index
from openward.record.references import conditional, references_in


class Lookup:
    """Answers conditional references and remembers the answers."""

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self._found: dict[str, str | None] = {}

    def target(self, text: str) -> str | None:
        """The `Type/id` of the one resource that a conditional reference names; None when none or several do."""
        if "?" not in text:
            return None
        if text not in self._found:
            self._found[text] = self._search(text)
        return self._found[text]

    def filed(self, item: Incoming) -> Incoming | None:
        """The same resource with its patient, where it names patients by identifier; None when one is not found."""
        texts = [text for text in references_in(item.body) if text.startswith(PATIENT_ASKED)]
        texts += [item.asked] if item.asked else []
        targets = {text: self.target(text) for text in texts}
        links = {**item.links, **{text: target for text, target in targets.items() if target is not None}}
        if any(target is None and text not in item.links for text, target in targets.items()):
            return None
        found = read_index(item.type, item.body, links)
        return msgspec.structs.replace(item, patient=found.patient, links=links, tokens=found.tokens)

    def _search(self, text: str) -> str | None:
        asked = conditional(text)
        if asked is None:
            return None
        name, system, value = asked
        wanted = (
            Wanted("identifier", "", value, bare=True) if system == "" else Token("identifier", system or "", value)
        )
        page = self._store.search(SearchQuery(type=name, tokens=((wanted,),), count=2))
        return f"{name}/{page.items[0].id}" if len(page.items) == 1 else None
