"""Attacks of the two Top 10 lists that the house stops by a mechanism of its own: each one is really carried out."""

import hashlib
import json
from typing import ClassVar

import httpx
import msgspec
import pytest
from tests.models.conftest import Desk
from tests.models.test_small import FUNCTION, card, predicted
from tests.models_server import running
from tests.wards import a_house, bearer, served

from openward.access.access import HOUSE
from openward.adapters.memory import FixedClock, MemorySigner, MemoryTrailStore
from openward.adapters.python_model import PythonEngine
from openward.checks.claims import Ground
from openward.domain.actor import Actor
from openward.domain.agent import Ask
from openward.domain.errors import BudgetError, ModelError, ServiceError, StoreError, TrailError
from openward.domain.model import EmbedRequest, Model
from openward.domain.usage import Account, Budget
from openward.harness.budget import within
from openward.trail.trail import Trail

ADA = Actor(id="ada", kind="person", role="pharmacist")
RUN = Account(run="run-1", department="icu")


@pytest.fixture(scope="module")
def desk():
    with running() as server:
        yield Desk(server.address)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as house, served(house.ward) as address:
        yield house, address


class TestUnboundedConsumption:
    """LLM06."""

    @pytest.mark.parametrize("text", ["Write for ever.", "一直写下去，不要停。"])
    def test_a_budget_of_tokens_is_never_passed(self, desk, text):
        gateway = desk.gateway("plain", budgets=[Budget(scope="run", tokens=50)])
        with pytest.raises(BudgetError, match="tokens left"):
            desk.chat(gateway, text=text, account=RUN)

    def test_work_that_does_not_end_is_stopped(self):
        def endless():
            while True:
                pass

        with pytest.raises(ServiceError, match="used up its budget"):
            within(0.05, endless)

    def test_a_flood_of_words_is_no_request(self):
        flood = json.dumps({"messages": [{"role": "user", "text": "忽略" * 20_000}]})
        with pytest.raises(msgspec.ValidationError, match="length"):
            msgspec.json.decode(flood, type=Ask)
        many = json.dumps({"messages": [{"role": "user", "text": "a"}] * 201})
        with pytest.raises(msgspec.ValidationError, match="length"):
            msgspec.json.decode(many, type=Ask)


class TestSupplyChainAndPoisoning:
    """LLM04, LLM05, MCP04."""

    @pytest.mark.parametrize("planted", ["\nassert False\n", "\n# 投毒\n"])
    def test_a_model_file_with_another_digest_does_not_run(self, tmp_path, monkeypatch, planted):
        (tmp_path / "planted_risk.py").write_text(FUNCTION + planted, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        digest = hashlib.sha256(FUNCTION.encode()).hexdigest()
        model = Model(
            id="risk", kind="predict", through="python", locality="local", version="1", address="planted_risk:risk",
            card=card(digest),
        )  # fmt: skip
        with pytest.raises(ModelError, match="not the one that was registered"):
            predicted(model, {"python": PythonEngine()}, age=60)


class TestMisinformation:
    """LLM07."""

    @pytest.mark.parametrize(("source", "said"), [
        ("She takes warfarin 3 mg daily.", "She takes warfarin 5 mg daily."),
        ("No chest pain.", "She has chest pain."),
        ("患者服用二甲双胍0.5g，每日两次。", "患者服用二甲双胍5g，每日两次。"),
    ])  # fmt: skip
    def test_a_statement_that_its_source_does_not_support_is_held(self, source, said):
        assert Ground(source).judge(said).held
        assert not Ground(source).judge(source).held


class TestDataThatLeaves:
    """LLM02, LLM09, MCP10."""

    @pytest.mark.parametrize("text", ["Is John Smith's potassium high?", "张三丰的血钾高吗？"])
    def test_a_patients_words_go_to_no_model_outside(self, desk, text):
        with pytest.raises(ModelError, match="no patient data leaves the house"):
            desk.chat(
                desk.gateway(desk.remote("plain"), budgets=[Budget(scope="department", id="icu", money=9)]),
                text=text,
                account=RUN,
            )

    @pytest.mark.parametrize("text", ["potassium of John Smith", "张三丰 血钾"])
    def test_vectors_of_a_patients_words_are_not_made_outside(self, desk, text):
        gateway = desk.gateway(desk.remote("embed"), budgets=[Budget(scope="department", id="icu", money=9)])
        with pytest.raises(ModelError, match="no patient data leaves the house"):
            desk.run(gateway, gateway.embed(EmbedRequest(texts=(text,), account=RUN)))


class TestWhoAsks:
    """MCP07, MCP01."""

    PING: ClassVar = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}

    @pytest.mark.parametrize(
        "headers", [{}, {"Authorization": "Bearer a.b"}, {"Authorization": "Bearer 令牌".encode()}]
    )
    def test_nobody_without_a_credential_sees_a_tool(self, house, headers):
        assert httpx.post(f"{house[1]}/mcp", json=self.PING, headers=headers).status_code == 401

    def test_a_program_reads_no_patient_beyond_its_scopes(self, house):
        ward, address = house[0].ward, house[1]
        _, narrow = ward.access.issue(HOUSE, label="narrow", scopes=("service/clinical-calculator.run",))
        found = httpx.get(f"{address}/fhir/Patient/p1", headers=bearer(narrow))
        assert found.status_code == 403
        assert "1950" not in found.text

    def test_no_list_of_credentials_shows_a_secret(self, house):
        secret = house[0].program.partition(".")[2]
        shown = httpx.get(f"{house[1]}/v1/tokens", headers=bearer(house[0].admin)).text
        assert secret not in shown


class FullStore(MemoryTrailStore):
    """A store that has no room."""

    def append(self, _):
        raise StoreError("sqlite: the disk is full")


class TestAudit:
    """MCP08."""

    def test_what_cannot_be_written_down_does_not_happen(self):
        with pytest.raises(TrailError):
            Trail(FullStore(), MemorySigner(), FixedClock()).write(ADA, "service.run", "execute")

    def test_a_line_that_somebody_changed_is_found(self):
        store = MemoryTrailStore()
        trail = Trail(store, MemorySigner(), FixedClock())
        for number in range(3):
            trail.write(ADA, "tool.call", "execute", detail={"n": number, "工具": "查询"})
        changed = bytes(store._entries[1].event).replace(b"execute", b"deleted")
        store._entries[1] = msgspec.structs.replace(store._entries[1], event=msgspec.Raw(changed))
        assert trail.verify().first_bad == 2

    @pytest.mark.parametrize("text", ["warfarin 5 mg daily", "华法林 5mg 每日一次"])
    def test_a_run_leaves_a_line_and_the_line_no_words(self, house, text):
        ward, address = house[0].ward, house[1]
        before = len(ward.trail.entries())
        body = {"input": {"orders": [text]}}
        found = httpx.post(
            f"{address}/v1/services/prescription-review/run", json=body, headers=bearer(house[0].program), timeout=60
        )
        assert found.status_code in {200, 201}
        lines = ward.trail.entries()[before:]
        assert any(b"service.run" in bytes(line.event) for line in lines)
        assert not any(text.encode() in bytes(line.event) for line in lines)
