"""koperasi doctor"""

import typer

from koperasi.output import JsonOption, NetworkOption, print_json

_MARKS = {"ok": "ok  ", "missing": "GAGAL/FAILED", "absent": "-   "}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="Apa yang kurang, dan cara mendapatkannya. / What is missing, and how to get it.")(
        doctor
    )


def doctor(network: NetworkOption = "anvil", json: JsonOption = False) -> None:
    """Look at tools, settings, database and endpoints. Exit code 1 if something needed is missing."""
    from dataclasses import asdict

    from koperasi.diagnosis import State, diagnose

    findings = list(diagnose(network))
    missing = any(finding.state == State.MISSING for finding in findings)
    if json:
        print_json({"ok": not missing, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            print(f"{_MARKS[finding.state]} {finding.name:13} {finding.found}")
            if finding.indonesian:
                print(f"     {finding.indonesian}\n     {finding.english}")
    raise typer.Exit(1 if missing else 0)
