"""Finds services: installed packages by entry point, and folders below the ward's home."""

import importlib.metadata
import importlib.util
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from openward.domain.errors import ServiceError
from openward.harness.service import Service
from openward.harness.shape import faults_of

GROUP = "openward.services"


class Discovered(NamedTuple):
    """The services that can serve, by id and in its order, and why others cannot, by the id that they would have."""

    services: dict[str, Service]
    faults: dict[str, str]


class _Origin(NamedTuple):
    id: str
    where: str
    load: Callable[[], Service]


def discover(home: Path | None = None) -> Discovered:
    """All services of this ward; built-in ones come through the same entry points as a stranger's.

    One that cannot be loaded, has not the shape of a service, or has the id of another is left out and named in
    `faults`: the others serve.
    """
    found: dict[str, Service] = {}
    faults: dict[str, str] = {}
    for origin in (*_installed(), *_in_folders(home)):
        try:
            service = origin.load()
            _own(service, found, origin.where)
        except ServiceError as error:
            faults[origin.id] = f"{faults[origin.id]}; {error}" if origin.id in faults else str(error)
        else:
            found[service.id] = service
    return Discovered(dict(sorted(found.items())), faults)


def _own(service: Service, found: dict[str, Service], origin: str) -> None:
    if service.id in found:
        msg = f"{origin}: two services have the id '{service.id}'; rename this one on its card"
        raise ServiceError(msg)


def _installed() -> Iterator[_Origin]:
    for point in importlib.metadata.entry_points(group=GROUP):
        yield _Origin(point.name, f"entry point {point.name} = {point.value}", partial(_from_point, point))


def _from_point(point: importlib.metadata.EntryPoint) -> Service:
    origin = f"entry point {point.name} = {point.value}"
    return _checked(_loaded(point.load, origin, "repair or uninstall it"), origin)


def _in_folders(home: Path | None) -> Iterator[_Origin]:
    for folder in sorted((home / "services").glob("*/")) if home else ():
        if (folder / "card.toml").is_file():
            yield _Origin(folder.name.replace("_", "-"), str(folder), partial(_from_folder, folder))


def _from_folder(folder: Path) -> Service:
    _shaped(folder, str(folder))
    return _checked(_loaded(partial(_load_folder, folder), str(folder), "repair or remove the folder"), str(folder))


def _loaded(load: Callable[[], object], origin: str, advice: str) -> object:
    """What a service's code makes of itself when it is loaded; whatever it raises is its fault alone."""
    try:
        return load()
    except (Exception, SystemExit) as error:
        msg = f"{origin}: the service cannot be loaded ({type(error).__name__}: {error}); {advice}"
        raise ServiceError(msg) from error


def _load_folder(folder: Path) -> object:
    name = f"openward_home_services_{folder.name}"
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        msg = "there is no __init__.py that can be loaded"
        raise ServiceError(msg)
    module = importlib.util.module_from_spec(spec)
    _forget(name)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        _forget(name)
        raise
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
