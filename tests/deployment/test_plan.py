"""The plan gives exactly the powers that contracts/README.md says."""

import re
from collections.abc import Iterator

from scripts.deployment_plan import WRITERS, created_address
from scripts.toolchain import ROOT


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of the table under a heading of contracts/README.md."""
    text = (ROOT / "contracts" / "README.md").read_text("utf-8")
    section = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    for line in section.splitlines():
        if re.match(r"\| (?!---|Contract )", line):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def test_writers__as_the_table_says() -> None:
    said = {contract: tuple(writers.split(", ")) for contract, writers in rows("Writers")}
    assert dict(WRITERS) == said


def test_created_address__known_example__same() -> None:
    """The first contract of anvil's first account, which many projects print."""
    deployer = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert created_address(deployer, 0) == "0x5FbDB2315678afecb367f032d93F642f64180aa3"
