"""Finds services: installed packages by entry point, and folders below the ward's home."""

import importlib.metadata
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

from openward.domain.errors import ServiceError
from openward.harness.service import Service
from openward.harness.shape import faults_of

GROUP = "openward.services"


def discover(home: Path | None = None) -> dict[str, Service]:
    """All services of this ward by id, sorted; built-in ones come through the same entry points as a stranger's.

    Raises:
        ServiceError: a service cannot be loaded, has not the shape of a service, or two services have one id.
    """
    found: dict[str, Service] = {}
    for origin, service in [*_installed(), *_in_folders(home)]:
        if service.id in found:
            msg = f"two services have the id '{service.id}' (the second comes from {origin}): rename one on its card"
            raise ServiceError(msg)
        found[service.id] = service
    return dict(sorted(found.items()))


def _installed() -> Iterator[tuple[str, Service]]:
    for point in importlib.metadata.entry_points(group=GROUP):
        origin = f"entry point {point.name} = {point.value}"
        try:
            loaded = point.load()
        except Exception as error:
            msg = f"{origin}: the service cannot be loaded ({type(error).__name__}: {error}); repair or uninstall it"
            raise ServiceError(msg) from error
        yield origin, _checked(loaded, origin)


def _in_folders(home: Path | None) -> Iterator[tuple[str, Service]]:
    if home is None:
        return
    for folder in sorted((home / "services").glob("*/")):
        if (folder / "card.toml").is_file():
            _shaped(folder, str(folder))
            yield str(folder), _checked(_load_folder(folder), str(folder))


def _load_folder(folder: Path) -> object:
    name = f"openward_home_services_{folder.name}"
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        msg = f"{folder}: there is no __init__.py that can be loaded"
        raise ServiceError(msg)
    module = importlib.util.module_from_spec(spec)
    _forget(name)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        _forget(name)
        msg = f"{folder}: the service cannot be loaded ({type(error).__name__}: {error}); repair or remove the folder"
        raise ServiceError(msg) from error
    return getattr(module, "SERVICE", None)


def _checked(loaded: object, origin: str) -> Service:
    if not isinstance(loaded, Service):
        msg = f"{origin}: SERVICE is {type(loaded).__name__}, expected openward.harness.service.Service"
        raise ServiceError(msg)
    _shaped(loaded.folder, origin)
    return loaded


def _shaped(folder: Path, origin: str) -> None:
    if faults := faults_of(folder):
        msg = f"{origin}: the folder has not the shape of a service: {'; '.join(faults)}"
        raise ServiceError(msg)


def _forget(package: str) -> None:
    """Lets go of a package that was loaded before from a folder of the same name."""
    for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
        del sys.modules[name]
