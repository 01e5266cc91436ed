"""Where a member's signature is not at hand the row waits, and so does what depends on it."""

from collections import Counter
from pathlib import Path

import pytest

from backend.keyring import DevelopmentKeyring
from backend.office.outbox import Outbox
from backend.office.service import Importer
from koperasi.office import keyring
from koperasi.workspace import Workspace
from rules.types import MemberNumber
from tests.year.command_line import CommandLine
from tests.year.test_bad_input import MEMBERS, TELLER

SLIPS = [
    "2025-01-03,A1,1,SETOR_POKOK,100000,KAS,",
    "2025-01-03,A2,2,SETOR_POKOK,100000,KAS,",
    "2025-01-03,A3,1,SETOR_SUKARELA,50000,KAS,",
    "2025-01-03,A4,2,SETOR_SUKARELA,50000,KAS,",
    "2025-01-04,A5,2,TARIK_SUKARELA,20000,KAS,",
    "2025-01-04,A6,2,SETOR_SUKARELA,0,KAS,",
    "2025-01-04,A7,1,TARIK_SUKARELA,10000,KAS,",
    "2025-01-04,A8,,PINDAH,170000,KAS>BANK,",
    "2025-01-04,A9,9,SETOR_SUKARELA,5,KAS,",
]


class Absent(DevelopmentKeyring):
    """Member 2 signs elsewhere."""

    def member(self, number: MemberNumber):  # type: ignore[no-untyped-def]
        return None if number == 2 else super().member(number)


def importer(workspace: Workspace, url: str, absent: bool) -> Importer:
    chain = workspace.chain(url)
    keys = keyring(workspace, chain)
    if absent:
        keys.__class__ = Absent
    return Importer(
        chain, Outbox(chain, keys, workspace.network.gas_cap, workspace.agreements()), workspace.office(), 0
    )


def test_import__member_signs_elsewhere__rows_wait_and_go_through_later(
    house: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOPERASI_HOME", str(house.home))
    folder = tmp_path / "data"
    folder.mkdir()
    members = "".join(f"{n},1,A,L,1990-01-01,U,0,2025-01-02\n" for n in (1, 2))
    (folder / "members.csv").write_text(f"{MEMBERS}\n{members}")
    (folder / "teller.csv").write_text("\n".join([TELLER, *SLIPS]) + "\n")
    workspace = Workspace("anvil")

    report = importer(workspace, house.rpc, absent=True).run(folder)

    assert (report.accepted, report.refused, report.waiting) == (4, 1, 6)
    records = {ref: record for (_, ref), record in workspace.office().records().items()}
    assert records["member 2"].reason == "MEMBER_SIGNATURE"
    waiting = {ref for ref, record in records.items() if record.status == "WAITING"}
    assert waiting == {"member 2", "A2", "A4", "A5", "A6", "A8"}
    assert {records[ref].reason for ref in waiting - {"member 2"}} == {"EARLIER_ROW"}
    assert records["A9"].reason == "UNKNOWN_MEMBER"

    later = importer(workspace, house.rpc, absent=False).run(folder)

    assert (later.accepted, later.refused, later.waiting, later.known) == (5, 1, 0, 5)
    statuses = Counter(record.status for record in workspace.office().records().values())
    assert statuses == {"ACCEPTED": 9, "REFUSED": 2}
