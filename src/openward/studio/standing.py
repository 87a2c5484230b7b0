"""Where an agent stands: shipped with the product, published here, drafted, retired, or left out and why."""

from datetime import datetime

import msgspec

from openward.domain.errors import InputError, StoreError
from openward.harness.service import Service
from openward.studio.catalogue import Catalogue
from openward.studio.folder import Folder, Index
from openward.studio.reading import read_manifest

State = str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one agent stands; `draft` is the version of its draft, `shares` how many links to it live."""

    id: str
    state: State
    version: str = ""
    draft: str = ""
    versions: tuple[str, ...] = ()
    shares: int = 0
    fault: str = ""


def live(index: Index, now: datetime) -> int:
    """How many links to an agent live."""
    return sum(share.lives(now) for share in index.shares)


def of_gallery(service: Service, folder: Folder, now: datetime) -> Standing:
    """Where an agent of the gallery stands."""
    return Standing(id=service.id, state="shipped", version=service.card.version, shares=live(folder.index(), now))


def of_ward(folder: Folder, catalogue: Catalogue, now: datetime) -> Standing:
    """Where an agent of this ward stands."""
    fault, draft = catalogue.faults.get(folder.id, ""), ""
    try:
        index = folder.index()
    except StoreError as error:
        return Standing(id=folder.id, state="left out", draft="?", fault=fault or str(error))
    if folder.draft.exists():
        try:
            draft = read_manifest(folder.text(folder.draft), str(folder.draft)).version
        except InputError as error:
            draft, fault = "?", fault or str(error)
    published = "published" if folder.id in catalogue else "left out"
    return Standing(
        id=folder.id, state=published if index.current else "retired" if index.versions else "draft",
        version=index.current or "", draft=draft, fault=fault, shares=live(index, now),
        versions=tuple(one.version for one in index.versions),
    )  # fmt: skip
