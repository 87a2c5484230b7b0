"""The agents of a ward: those that ship, and those that were published in it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from openward.domain.errors import InputError, OpenWardError, ServiceError
from openward.harness.registry import Discovered
from openward.harness.service import Service
from openward.studio.building import service_of
from openward.studio.manifest import Manifest
from openward.studio.reading import read_manifest

GALLERY: Final = Path(__file__).parent / "gallery"
MANIFEST: Final = "agent.yaml"


def agents(folders: Iterable[Path], services: Mapping[str, Service]) -> Discovered:
    """The services of the agents in some folders, by id; `services` are the tools that they may use.

    One whose manifest cannot be read or is wrong, which has the id of another, or a tool of which cannot serve, is
    left out and named in the faults.
    """
    found: dict[str, Service] = {}
    faults: dict[str, str] = {}
    for folder in folders:
        try:
            service = service_of(manifest_in(folder), folder, services)
            if service.id in found or service.id in services:
                raise ServiceError(f"{folder / MANIFEST}: there is a service '{service.id}' already; give another id")
        except OpenWardError as error:
            faults[folder.name] = str(error)
        else:
            found[service.id] = service
    return Discovered(found, faults)


def shipped() -> Iterator[Path]:
    """The folders of the gallery."""
    return (path.parent for path in sorted(GALLERY.glob(f"*/{MANIFEST}")))


def manifest_in(folder: Path) -> Manifest:
    """The manifest of a folder.

    Raises:
        InputError: it cannot be read or is wrong.
    """
    path = folder / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the manifest cannot be read: {error}") from error
    return read_manifest(text, str(path))
