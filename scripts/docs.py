"""Writes the generated parts of the README from the product itself; `--check` only says whether they are up to date."""

import re
import sys
from pathlib import Path

import typer.main

from openward.doors.cli.app import app
from openward.doors.http.api import OPERATIONS
from openward.harness.registry import discover
from openward.settings import PREFIX, Settings
from openward.studio import shelf

README = Path(__file__).parents[1] / "README.md"
ABOUT = {
    "home": "where this ward keeps its data, keys and services (default: the platform's user data folder)",
    "database_url": "`postgresql://…`; SQLite in the home when empty",
    "site": "the name of this ward in its runs",
    "language": "`en` or `zh`: the language of answers when a caller does not say",
    "host": "the address that `openward serve` listens on",
    "port": "its port",
    "public_url": "where patients and browsers reach this ward (`https://ward.example`): links and QR codes begin so",
    "trusted_proxies": "addresses of proxies whose `X-Forwarded-Proto` and `-For` are believed; none when empty",
    "pdf_font": "a TrueType file (`.ttf`, `.ttc`) with Chinese that a run as PDF holds; empty: one of this machine",
    "session_minutes": "how long a person's session lives at most",
    "idle_minutes": "how long it lives without being used; 0: as long as it may live at most",
    "showing_minutes": "how long a decision may be taken on what was shown",
    "oidc_issuer": "issuer of OIDC tokens; OIDC is off when empty",
    "oidc_audience": "the audience that such a token must name",
    "oidc_jwks": "a file or an https address with the issuer's public keys (JWK set); empty: by its discovery document",
    "oidc_role_claim": "the claim that holds a person's roles",
    "oidc_roles": "what its values mean here: `Apotheke=pharmacist, Arzt=clinician`; empty: the ward's own names",
    "oidc_client_id": "what the console is called at the issuer; turns its sign-in there on",
    "oidc_name": "what the sign-in page calls the issuer; empty: its host",
    "oidc_scopes": "what the console asks the issuer for",
    "oidc_authorization_endpoint": "where browsers sign in; empty: by the issuer's discovery document",
    "oidc_token_endpoint": "where the ward exchanges the code; empty: by the issuer's discovery document",
    "oidc_end_session_endpoint": "where browsers sign out, when the two above are given; may stay empty",
}


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def services() -> str:
    rows = []
    for service in discover().services.values():
        card = service.card
        who = "informs only" if card.signs == "nobody" else f"{card.signs} signs"
        rows.append((f"`{card.id}` {card.version}", f"{card.title.en} · {card.title.zh}", card.intended_use.en, who))
    return "## Services\n\n" + table(("service", "title", "intended use", "decision"), rows)


def agents() -> str:
    rows = []
    for service in shelf.agents(shelf.shipped(), discover().services).services.values():
        card = service.card
        who = "suggests" if card.signs == "nobody" else f"drafts, {card.signs} signs"
        rows.append((f"`{card.id}`", f"{card.title.en} · {card.title.zh}", card.intended_use.en, who))
    return table(("agent", "title", "what it is for", "oversight"), rows)


def doors() -> str:
    hooks = ", ".join(sorted({h for s in discover().services.values() for h in s.card.hooks}))
    rows = [
        ("Python", "`openward.open()`", "runs services in your own process"),
        ("command line", "`openward …`", "see below"),
        ("HTTP", f"`/v1/…`, {len(OPERATIONS)} operations", "OpenAPI 3.1 at `/openapi.json`, RFC 9457 problems"),
        ("FHIR R4", "`/fhir/…`", "read-only: metadata, read, vread, history, search, `Patient/$everything`"),
        ("CDS Hooks 2.0", "`/cds-services`", f"{hooks}; feedback kept with the run"),
        (
            "MCP",
            "`/mcp` and `openward mcp`",
            "services and agents as tools, charts as resources; HTTP, stdio",
        ),
        ("OpenAI", "`/v1/chat/completions`, `/v1/responses`, `/v1/models`", "any OpenAI client talks to an agent"),
        ("A2A", "`/.well-known/agent-card.json`", "agents for other agents"),
        ("pages for patients", "`/a/…`, `/i/…`", "an agent, or an interview on a phone, behind a signed link"),
        ("batch", "`openward map`", "NDJSON or Parquet in constant memory, all cores or Ray, resumable"),
        (
            "console",
            "`/console`",
            "charts, desk, runs, assistant, calculators, literature, studio, trail; two languages",
        ),
    ]
    return "## Doors\n\n" + table(("door", "where", "what"), rows)


def commands() -> str:
    group = typer.main.get_command(app)
    rows = []
    for name, command in sorted(group.commands.items()):
        inner = getattr(command, "commands", None)
        words = ", ".join(f"`{n}`" for n in sorted(inner)) if inner else ""
        about = (command.help or "").strip().split("\n\n")[0].replace("\n", " ")
        rows.append((f"`openward {name}`", f"{about}{f' ({words})' if words else ''}"))
    return "## Commands\n\n" + table(("command", "what it does"), rows)


def settings() -> str:
    names = [n for n in Settings.__struct_fields__ if n != "origins"]
    rows = [(f"`{PREFIX}{n.upper()}`", ABOUT[n]) for n in names]
    return table(("variable", "what it sets"), rows) + (
        "\n\nEach can also stand in `<home>/openward.toml` (lower case, without the prefix). `openward doctor` shows"
        "\nevery setting with its origin."
    )


PARTS = {"agents": agents, "services": services, "doors": doors, "commands": commands, "settings": settings}


def renewed(text: str) -> str:
    for name, make in PARTS.items():
        pattern = rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)"
        text = re.sub(pattern, lambda m, make=make: f"{m[1]}{make()}\n{m[2]}", text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    before = README.read_text(encoding="utf-8")
    after = renewed(before)
    if "--check" in sys.argv and before != after:
        sys.exit("README.md is out of date: run `make docs`")
    README.write_text(after, encoding="utf-8")
