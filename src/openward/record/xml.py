"""FHIR XML."""

from collections.abc import Iterator

from openward.domain.resource import Incoming
from openward.record.files import Buffer
from openward.record.intake import Place, Refused, Tally, refuse


def read_xml(place: Place, body: Buffer, tally: Tally) -> Iterator[Incoming | Refused]:  # noqa: ARG001
    """The resources of a document in FHIR XML."""
    yield refuse(place.source, "FHIR XML is not read yet; convert it to JSON", body)
