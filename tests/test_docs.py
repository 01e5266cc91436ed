"""The documents against the program: events, commands, by-laws, names of tests and files, links."""

import dataclasses
import json
import re
import shlex
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from backend import errors
from backend.app import openapi_text
from backend.config import PREFIX, Settings
from indexer.ledger.posting import RULES
from indexer.ledger.readmodels import ROWS
from koperasi.cli import app
from scripts.deployment_config import ByLaws

ROOT: Final = Path(__file__).parent.parent
DOCS: Final = ROOT / "docs"
ROOMS: Final = ("rules", "indexer", "recount", "verifier", "backend", "koperasi", "scripts")
SHARED: Final = "Several contracts"
PAGES: Final = sorted(DOCS.rglob("*.md"))
COMMANDS: Final[dict[str, Any]] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
ABIS: Final = {
    path.stem: [each for each in json.loads(path.read_text("utf-8")) if each["type"] == "event"]
    for path in sorted((ROOT / "indexer" / "chain" / "abis").glob("*.json"))
}


def sections(page: str) -> dict[str, str]:
    """The text under each second-level heading of a document."""
    parts = re.split(r"^## (.+)$", (DOCS / page).read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def table(text: str) -> list[list[str]]:
    """The rows of all tables in `text`, without their heads."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()[2:]]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def documented_events() -> dict[str, dict[str, list[str]]]:
    """Rows of docs/events.md by section and event."""
    return {name: {row[0]: row for row in table(text)} for name, text in sections("events.md").items()}


def test_events__every_one_of_the_abis__is_documented_with_its_fields() -> None:
    pages = documented_events()
    for contract, events in ABIS.items():
        for event in events:
            row = pages[contract].get(event["name"]) or pages[SHARED].get(event["name"])
            assert row is not None, f"{contract} {event['name']}"
            fields = re.findall(r"`(\w+)`", row[2])
            assert fields == [each["name"] for each in event["inputs"]], f"{contract} {event['name']}"


def test_events__documented__are_in_an_abi() -> None:
    pages = documented_events()
    everywhere = {event["name"] for events in ABIS.values() for event in events}
    for contract, rows in pages.items():
        names = everywhere if contract == SHARED else {event["name"] for event in ABIS[contract]}
        assert set(rows) <= names, contract


def test_events__ledger__is_what_the_rules_and_read_models_say() -> None:
    rules = {rule.event.__name__: rule.name for rule in RULES}
    kept = {event.__name__ for event in ROWS}
    for rows in documented_events().values():
        for name, (*_, ledger) in rows.items():
            posts = f"posts `{rules[name]}`" if name in rules else "no posting"
            assert ledger == posts + ("; read model" if name in kept else ""), name


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_commands__every_one__is_documented_with_its_options(name: str) -> None:
    text = sections("commands.md")[f"koperasi {name}"]
    parameters = COMMANDS[name].params
    options = {each for one in parameters for each in (*one.opts, *one.secondary_opts) if each[0] == "-"}
    named = {each for row in table(text) for each in re.findall(r"`(--[\w-]+)`", row[0])}
    assert named == options
    arguments = {one.name.upper() for one in parameters if one.param_type_name == "argument"}
    assert {row[0].strip("`") for row in table(text) if not row[0].startswith("`--")} == arguments
    for variable in (one.envvar for one in parameters if one.envvar):
        assert f"`{variable}`" in text


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_commands__examples__can_be_parsed(name: str) -> None:
    text = sections("commands.md")[f"koperasi {name}"]
    examples = re.findall(rf"^koperasi {name}\b(.*)$", text, re.MULTILINE)
    assert examples
    for example in examples:
        COMMANDS[name].make_context(name, shlex.split(example))


def test_commands__documented__exist() -> None:
    assert set(sections("commands.md")) == {f"koperasi {name}" for name in COMMANDS}


def test_regulation__every_by_law__with_its_default() -> None:
    rows = table((DOCS / "regulation.md").read_text("utf-8"))
    for field in dataclasses.fields(ByLaws):
        told = [row for row in rows if f"`{field.name}`" in row[2]]
        assert len(told) == 1, field.name
        assert f"`{field.default:,}`" in told[0][1], field.name


@pytest.mark.parametrize("page", ["threat-model.md", "regulation.md"])
def test_evidence__tests_and_files_named__exist(page: str) -> None:
    """A claim cites the code that enforces it and the test that tries it."""
    text = (DOCS / page).read_text("utf-8")
    sources = [each.read_text("utf-8") for each in (ROOT / "tests").rglob("test_*.py")]
    known = {name for source in sources for name in re.findall(r"def (test_\w+)", source)}
    assert set(re.findall(r"`(test_\w+)`", text)) <= known
    paths = set(re.findall(r"`((?:contracts|indexer|backend|koperasi|scripts|rules|tests)/[\w/.]+)`", text))
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
    assert paths


def test_links__relative__lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"


def test_index__every_page__is_named() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    assert [page.name for page in DOCS.glob("*.md") if page.name not in index] == []


def test_api__every_address__is_documented_and_none_else() -> None:
    paths = {
        f"{method.upper()} {path}" for path, methods in description()["paths"].items() for method in methods
    }
    assert {
        row[0].strip("`") for row in table((DOCS / "api.md").read_text("utf-8")) if "/" in row[0]
    } == paths


def test_api__every_parameter__is_documented() -> None:
    rows = {row[0].split()[-1].strip("`"): row[1] for row in table((DOCS / "api.md").read_text("utf-8"))}
    for path, methods in description()["paths"].items():
        asked = [each for method in methods.values() for each in method.get("parameters", [])]
        for parameter in asked:
            if parameter["in"] == "query":
                assert f"`{parameter['name']}`" in rows[path], f"{path}: {parameter['name']}"


def test_api__every_error__is_documented_with_its_status() -> None:
    documented = {row[0].strip("`"): row[1] for row in table(sections("api.md")["Errors"])}
    for error in errors.ProblemError.__subclasses__():
        assert documented[error.code] == str(error.status)
    source = (ROOT / "backend" / "errors.py").read_text("utf-8")
    assert set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+|REFUSED|INTERNAL)"', source)) == set(documented)


def test_settings__every_variable_of_the_program__is_documented_and_none_else() -> None:
    documented = {
        name
        for row in table((DOCS / "settings.md").read_text("utf-8"))
        for name in re.findall(r"`(\w+)`", row[0])
    }
    sources = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")] + [ROOT / "networks.toml"]
    used = {
        name for path in sources for name in re.findall(r"\bKOPERASI_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))
    }
    used |= {PREFIX + field.upper() for field in Settings.model_fields}
    assert {name for name in documented if name.startswith(PREFIX)} == used


def test_settings__of_the_server__have_their_defaults() -> None:
    rows = {row[0].strip("`"): row[1] for row in table(sections("settings.md")["Server"])}
    for name, field in Settings.model_fields.items():
        told = rows.get(PREFIX + name.upper())
        if told and isinstance(field.default, int | float | str):
            assert told == f"{field.default}".removesuffix(".0"), name


def description() -> dict[str, Any]:
    """The API's own description."""
    document: dict[str, Any] = json.loads(openapi_text())
    return document
