"""Tools of a real MCP server: only those let in, only as they were described, and never its own words of failure."""

import sys
from pathlib import Path

import pytest

from openward.adapters.mcp_tools import McpTools, Server, mcp_tools
from openward.domain.errors import ServiceError, SettingsError

STRANGER = str(Path(__file__).with_name("mcp_stranger.py"))


def tools(*words, let_in=("opening_hours",), **more):
    server = Server(command=sys.executable, args=(STRANGER, *words), tools=let_in, **more)
    return McpTools({"clinic": server})


def test_only_the_tools_that_were_let_in_are_seen():
    (found,) = tools().described("clinic")
    assert (found.server, found.tool) == ("clinic", "opening_hours")
    assert found.schema["required"] == ["day"]


def test_a_tool_is_called_and_its_words_come_back():
    clinic = tools()
    (found,) = clinic.described("clinic")
    assert clinic.call(found, {"day": "Tuesday"}, 20) == "On Tuesday it is open."


def test_a_tool_that_is_described_otherwise_when_it_is_called_is_not_called():
    (found,) = tools().described("clinic")
    with pytest.raises(ServiceError, match="otherwise"):
        tools("Says it, and books a visit.").call(found, {"day": "Tuesday"}, 20)


def test_what_a_failed_tool_says_is_not_passed_on():
    clinic = tools()
    (found,) = clinic.described("clinic")
    with pytest.raises(ServiceError, match="failed") as told:
        clinic.call(found, {"day": "never"}, 20)
    assert "Zebulon" not in str(told.value)


def test_a_server_that_is_not_listed_or_not_there_is_told_in_words():
    with pytest.raises(ServiceError, match="not listed"):
        tools().described("other")
    with pytest.raises(ServiceError, match="did not answer"):
        McpTools({"gone": Server(command="/no/such/program", tools=("x",))}).described("gone")


def test_without_a_file_there_are_no_servers(tmp_path):
    with pytest.raises(ServiceError, match=r"not listed in mcp\.toml"):
        mcp_tools(tmp_path).described("clinic")


def test_the_file_lists_servers_and_what_is_let_in(tmp_path):
    (tmp_path / "mcp.toml").write_text('[servers.clinic]\nurl = "http://127.0.0.1:1/mcp"\ntools = ["a"]\n')
    with pytest.raises(ServiceError, match="did not answer"):
        mcp_tools(tmp_path).described("clinic")


@pytest.mark.parametrize(
    "said",
    ["[servers.x]\ntools = ['a']\n", "[servers.x]\nurl = 'u'\ncommand = 'c'\ntools = ['a']\n", "servers = 1",
     "[servers.x]\nurl = 'u'\ntools = []\n", "broken ["],
)  # fmt: skip
def test_a_file_that_cannot_be_is_named(tmp_path, said):
    (tmp_path / "mcp.toml").write_text(said)
    with pytest.raises(SettingsError, match=r"mcp\.toml"):
        mcp_tools(tmp_path)
