"""What a ward is told: from arguments, the environment, `openward.toml` in its home, and defaults."""

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec

from openward.domain.errors import SettingsError
from openward.domain.proposal import Language

PREFIX: Final = "OPENWARD_"
_ADDRESS: Final = re.compile(r"https?://[^\s/?#@]+/?")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a ward can be told; each setting is also an environment variable (`OPENWARD_` and its name in capitals)."""

    home: Path
    database_url: str = ""
    site: str = "ward"
    language: Language = "en"
    host: str = "127.0.0.1"
    port: int = 8765
    public_url: str = ""
    trusted_proxies: str = ""
    pdf_font: str = ""
    session_minutes: int = 480
    idle_minutes: int = 30
    showing_minutes: int = 30
    oidc_issuer: str = ""
    oidc_audience: str = ""
    oidc_jwks: str = ""
    oidc_role_claim: str = "roles"
    oidc_roles: str = ""
    oidc_client_id: str = ""
    oidc_name: str = ""
    oidc_scopes: str = "openid profile"
    oidc_authorization_endpoint: str = ""
    oidc_token_endpoint: str = ""
    oidc_end_session_endpoint: str = ""
    origins: dict[str, str] = {}

    def __post_init__(self) -> None:
        """Refuses an address that links could not begin with, and a face that a PDF could not hold."""
        if self.public_url and not _ADDRESS.fullmatch(self.public_url):
            msg = "'public_url' is the address alone by which people reach this ward, such as https://ward.example"
            raise ValueError(msg)
        if self.pdf_font:
            _require_chinese(Path(self.pdf_font).expanduser())

    @property
    def database(self) -> str:
        """Where the data is, for a person to read: without a password."""
        if not self.database_url:
            return str(self.home / "ward.db")
        head, at, tail = self.database_url.rpartition("@")
        return f"{head.partition('://')[0]}://…@{tail}" if at else self.database_url


def settings_of(**given: Any) -> Settings:
    """Settings from arguments, environment, `openward.toml` in the home, and defaults, in that order.

    Raises:
        SettingsError: a value has the wrong type or a name is unknown; the message names the setting and its origin.
    """
    environment = {
        name: os.environ[PREFIX + name.upper()] for name in _names() if os.environ.get(PREFIX + name.upper())
    }
    arguments = {k: v for k, v in given.items() if v is not None}
    home = Path(arguments.get("home") or environment.get("home") or _default_home()).expanduser()
    layers = {"argument": arguments, "environment": environment, "openward.toml": _file(home)}
    values: dict[str, Any] = {}
    origins = dict.fromkeys(_names(), "default")
    for origin, layer in reversed(layers.items()):
        for name, value in layer.items():
            if name not in origins:
                msg = f"there is no setting '{name}' (from {origin}); settings are: {', '.join(_names())}"
                raise SettingsError(msg)
            values[name], origins[name] = str(value) if isinstance(value, Path) else value, origin
    try:
        return msgspec.convert({**values, "home": home, "origins": origins}, Settings, strict=False)
    except msgspec.ValidationError as error:
        msg = f"a setting is wrong: {error}; see `openward doctor` for each setting and its origin"
        raise SettingsError(msg) from error


def _require_chinese(path: Path) -> None:
    """Refuses a file that is no face which a PDF in Chinese can hold."""
    from reportlab.pdfbase.ttfonts import TTFontFile

    told = f"'pdf_font' ({path})"
    if not path.is_file():
        raise ValueError(f"{told} is not there; name a TrueType file with Chinese, or leave the setting empty")
    try:
        signs = TTFontFile(str(path)).charToGlyph
    except Exception as error:  # a damaged font fails in any way
        raise ValueError(f"{told} is no font with TrueType outlines (.ttf, .ttc), which PDFs here can hold") from error
    if not all(ord(sign) in signs for sign in "中签"):
        raise ValueError(f"{told} has no Chinese signs; name a TrueType file with Chinese, or leave the setting empty")


def _names() -> list[str]:
    return [n for n in Settings.__struct_fields__ if n != "origins"]


def _default_home() -> str:
    import platformdirs

    return platformdirs.user_data_dir("openward", appauthor=False)


def _file(home: Path) -> dict[str, Any]:
    path = home / "openward.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}"
        raise SettingsError(msg) from error


def secret(folder: Path, name: str) -> str | None:
    """A key: OPENWARD_SECRET_<NAME>, else the file of that name in `secrets`, which nobody else may read."""
    told = os.environ.get(f"{PREFIX}SECRET_{name.upper().replace('-', '_')}")
    path = folder / name
    if told or not path.is_file():
        return (told or "").strip() or None
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        msg = f"{path} is open to others; say: chmod 600 {path}"
        raise SettingsError(msg)
    return path.read_text(encoding="utf-8").strip() or None
