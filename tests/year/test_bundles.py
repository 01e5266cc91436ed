"""A close on a real chain, its proofs captured, bundles made by the command line and checked offline."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from koperasi.localchain import LocalChain
from rules.calendar import parse_day
from tests.verifier.alterations import altered_bytes
from tests.year.command_line import ROOT, CommandLine
from tests.year.loan_house import LoanHouse
from verifier.errors import RefusedError
from verifier.report import rupiah
from verifier.solvency import MEMBERS_ACCOUNTS
from verifier.state import SAVINGS
from verifier.verify import verify

JANUARY, FEBRUARY = "2025-01-31", "2025-02-28"
LOANS = ["1,1,2025-01-06,1200000,1200,DECLINING,12,KAS,,,,,,,"]
SLIPS = [
    *(f"2025-01-03,P{n},{n},SETOR_POKOK,100000,KAS," for n in range(1, 6)),
    *(f"2025-01-03,S{n},{n},SETOR_SUKARELA,{n}00007,KAS," for n in range(1, 6)),
    "2025-01-06,W1,2,SETOR_WAJIB,50000,KAS,",
    "2025-01-08,K1,,PINDAH,300000,KAS>BANK,",
    "2025-02-03,B1,3,SETOR_SUKARELA,40000,BANK,",
    "2025-02-06,A1,1,ANGSURAN,112000,KAS,1",
    "2025-03-03,C1,,PINDAH,10000,KAS>BANK,",
]


class ClosingHouse(LoanHouse):
    """Closes months as bendahara and pengawas do."""

    def send(self, office: str, contract: str, function: str, *arguments: Any) -> None:
        data = self.chain.encode(contract, function, arguments)
        (sent,) = self.chain.send(self.keyring.officer(office), [(contract, data, 8_000_000)])
        assert sent.succeeded, function

    def close(self, command: CommandLine, through: str, counted: dict[int, int]) -> None:
        """Attest what the channels hold at the end of a day, and close through it."""
        for channel, amount in counted.items():
            self.send("PENGAWAS", "Treasury", "attest", channel, parse_day(through), amount, bytes(32))
        closed = command.json("close-month", through[:7])
        prepared = command.json("claims", "--through", through)
        assert (closed["claims_root"], closed["entries"]) == (prepared["claims_root"], prepared["entries"])
        self.sync()
        early = command.run("capture", "--through", through, exit_code=1)
        assert b"is not final yet" in early.stderr
        self.local.mine_empty(self.workspace.network.revertible_depth + 2)
        self.__dict__.pop("chain", None)
        self.__dict__.pop("keyring", None)
        self.sync()

    def supply(self, token: str) -> int:
        (found,) = self.call(token, "totalSupply")
        return int(found)


@pytest.fixture
def closed(
    house: CommandLine, house_chain: LocalChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ClosingHouse:
    """A house whose January and February are closed."""
    monkeypatch.setenv("KOPERASI_HOME", str(house.home))
    made = ClosingHouse(house_chain, tmp_path / "data")
    made.write(5, LOANS, SLIPS)
    report = made.import_()
    assert (report.refused, report.waiting) == (0, 0)
    made.follow("2025-03-04")
    made.close(house, JANUARY, {1: 1_050_035 - 300_000 - 1_200_000 + 1_000_000, 2: 300_000})
    assert house.json("capture")["through"] == JANUARY
    made.close(house, FEBRUARY, {1: 1, 2: 340_000})
    return made


def offline(home: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """`koperasi verify` where there is no home, no database, and nothing that could be connected to."""
    script = (
        "import socket\n"
        "def refuse(*_, **__): raise OSError('offline')\n"
        "socket.socket.connect = socket.create_connection = refuse\n"
        "from koperasi.cli import app\napp()"
    )
    environment = {**os.environ, "KOPERASI_HOME": str(home / "nothing")}
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True)


def test_bundles__of_a_real_close__are_accepted_offline__and_refused_once_altered(
    closed: ClosingHouse, house: CommandLine, tmp_path: Path
) -> None:
    kept = house.json("capture")
    assert (kept["through"], kept["attested"]) == (FEBRUARY, [1, 2])
    numbers = range(closed.local.block_number + 1)
    hashes = {closed.local.rpc("eth_getBlockByNumber", hex(each), False)["hash"] for each in numbers}
    options = [each for value in sorted(hashes) for each in ("--block-hash", value)]
    deployment = str(house.home / "deployments" / "anvil.json")
    arguments = {
        "entry": ["entry", "3"],
        "claim": ["claim", "2"],
        "consistency": ["consistency", "--old", JANUARY],
        "state": ["state"],
        "solvency": ["solvency"],
    }
    trusted = {bytes.fromhex(each[2:]) for each in hashes}
    reports = {}
    for kind, words in arguments.items():
        file = tmp_path / f"{kind}.json"
        house.run("bundle", *words, "--out", str(file))
        assert house.run("bundle", *words).stdout == file.read_bytes(), "the same bytes again"
        checked = offline(tmp_path, "verify", str(file), *options, "--deployment", deployment, "--json")
        assert checked.returncode == 0, checked.stderr.decode()
        reports[kind] = json.loads(checked.stdout)
        assert reports[kind]["accepted"]
        for seed in range(20):
            with pytest.raises(RefusedError):
                verify(altered_bytes(file.read_bytes(), Random(seed)), trusted)

    assert reports["claim"]["figures"]["claim"]["pokok"] == "100000"
    assert reports["claim"]["figures"]["claim"]["wajib"] == "50000"
    solvency = reports["solvency"]["figures"]
    savings = sum(int(solvency["contracts"][token]) for token in SAVINGS)
    assert savings == sum(map(closed.supply, SAVINGS))
    rows = house.json("trial-balance", "--as-of", FEBRUARY)["rows"]
    owed = sum(row["credit"] - row["debit"] for row in rows if row["account"] in MEMBERS_ACCOUNTS.values())
    assert int(solvency["claims"]) == owed
    told = [each["english"] for each in reports["solvency"]["unchecked"]]
    (moved,) = (each for each in told if "movements after" in each)
    interest = f"SavingsSukarela {rupiah(savings - owed)}"
    assert moved.endswith(f"{interest}, KAS Rp -10.000, BANK Rp 10.000"), "of March: not in the close"
    assert solvency["channels"]["BANK"] == {"books": "340000", "counted": "340000"}
    assert solvency["channels"]["KAS"]["counted"] == "1"
    assert reports["consistency"]["figures"]["old"]["through"] == JANUARY


def test_bundle__of_what_is_not_there__or_not_any_more__says_so(
    closed: ClosingHouse, house: CommandLine, tmp_path: Path
) -> None:
    for words, code in (
        (("bundle", "entry", "9999"), 1),
        (("bundle", "claim", "77"), 1),
        (("bundle", "solvency", "--through", FEBRUARY), 1),
        (("bundle", "claim"), 2),
        (("bundle", "consistency"), 2),
        (("bundle", "loan", "1"), 2),
        (("capture", "--through", "2024-12-31"), 1),
        (("capture", "--block", "1"), 1),
    ):
        assert b"Traceback" not in house.run(*words, exit_code=code).stderr, words

    house.run("bundle", "claim", "2", "--through", JANUARY, "--out", str(tmp_path / "kept.json"))
    house.run("claim-destroy", "2")
    assert b"2" in house.run("bundle", "claim", "2", "--through", JANUARY, exit_code=1).stderr
    house.run("bundle", "claim", "3", "--through", JANUARY)
    file = str(tmp_path / "kept.json")
    told = json.loads(offline(tmp_path, "verify", file, "--block-hash", "00" * 32, "--json").stdout)
    found = told["english"].split("hashes to ")[1][:66]
    assert offline(tmp_path, "verify", file, "--block-hash", found).returncode == 0
