"""koperasi bank-import, bank-statements, bank-lines: statements of the bank in the office database"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.errors import UsageError
from koperasi.output import JsonOption, NetworkOption, Right, day_of, print_json, print_table, say
from koperasi.workbench import ChannelOption, bench, channel_of
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.workbench.statement import BankStatement
    from rules.types import Channel, WibDay


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("bank-import", help="Impor rekening koran. / Import a bank statement.")(bank_import)
    app.command("bank-statements", help="Rekening koran yang ada. / Bank statements.")(bank_statements)
    app.command("bank-lines", help="Baris rekening koran. / Lines of bank statements.")(bank_lines)


def bank_import(
    file: Annotated[Path, typer.Argument(help="CSV, atau MT940. / CSV, or MT940.")],
    profile: Annotated[
        Path | None, typer.Option(help="Profil TOML dari CSV bank itu. / TOML profile of that bank's CSV.")
    ] = None,
    mt940: Annotated[bool, typer.Option("--mt940", help="Berkas MT940. / The file is MT940.")] = False,
    channel: ChannelOption = "BANK",
    from_: Annotated[str | None, typer.Option("--from", help="YYYY-MM-DD: awal periode CSV.")] = None,
    to: Annotated[str | None, typer.Option(help="YYYY-MM-DD: akhir periode CSV.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Jangan simpan. / Keep nothing.")] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """A statement that adds up and follows on the one before is kept, the file encrypted; a file twice
    changes nothing, and what is malformed is refused whole."""
    content = _content(file)
    wanted = _stated(channel)
    span = (day_of(from_) if from_ else None, day_of(to) if to else None)
    if (profile is None) != mt940:
        raise UsageError("Sebut --profile BERKAS, atau --mt940.", "Say --profile FILE, or --mt940.")
    statement = _read(content, profile, wanted, span)
    workspace = Workspace(network)
    with workspace.lock("workbench"):
        done = workspace.workbench().importer.run(statement, content, check)
    if json:
        told = {"opening": statement.opening, "closing": statement.closing, "account": statement.account}
        print_json({**done._asdict(), **told, **_days(statement.from_day, statement.to_day)})
        return
    days = " – ".join(_days(statement.from_day, statement.to_day).values())
    if not done.new:
        say(f"Sudah ada: rekening koran {done.number}", f"Here already: statement {done.number}")
    elif check:
        say(f"Dapat diimpor: {done.lines} baris, {days}", f"Can be imported: {done.lines} lines, {days}")
    else:
        say(
            f"Rekening koran {done.number}: {done.lines} baris, {days}",
            f"Statement {done.number}: {done.lines} lines, {days}",
        )


def bank_statements(network: NetworkOption = "anvil", json: JsonOption = False) -> None:
    """Each with its account, days, balances, and the SHA-256 of its file."""
    kept = Workspace(network).workbench().repository.statements()
    if json:
        print_json(
            [
                {**each._asdict(), "channel": each.channel.name, **_days(each.from_day, each.to_day)}
                for each in kept
            ]
        )
        return
    heads = ("", "saluran / channel", "rekening / account", "dari / from", "sampai / to")
    print_table(
        (*heads, Right("awal / opening"), Right("akhir / closing"), "SHA-256"),
        (
            (
                str(each.number),
                each.channel.name,
                each.account,
                *_days(each.from_day, each.to_day).values(),
                each.opening,
                each.closing,
                each.file_hash,
            )
            for each in kept
        ),
    )


def bank_lines(
    channel: ChannelOption = "BANK",
    statement: Annotated[int | None, typer.Option(help="Nomor rekening koran. / Statement.")] = None,
    unmatched: Annotated[bool, typer.Option("--unmatched", help="Belum cocok saja. / Not matched.")] = False,
    matched: Annotated[bool, typer.Option("--matched", help="Yang cocok saja. / Matched.")] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Lines with the bank's text, which may be personal data, and what they are matched with."""
    wanted = _stated(channel)
    with bench(network) as desk:
        laid = desk.service.desk(desk.books, wanted)
    found = {key: each for each in laid.matches for key in each.lines}
    rows = []
    for key, line in laid.lines.items():
        match = found.get(key)
        asked = (match is not None or not matched) and (match is None or not unmatched)
        if asked and (statement is None or key.startswith(f"{statement}/")):
            rows.append((line, match))
    if json:
        print_json(
            [
                {
                    "line": line.key,
                    "day": _day(line.day),
                    "amount": line.amount,
                    "text": line.text,
                    "match": None
                    if match is None
                    else {"number": match.number, "kind": match.kind, "movements": list(match.movements)},
                }
                for line, match in rows
            ]
        )
        return
    print_table(
        ("baris / line", "tanggal / day", Right("jumlah / amount"), "teks / text", "cocok / match"),
        (
            (
                line.key,
                _day(line.day),
                line.amount,
                line.text,
                "" if match is None else f"{match.number} {match.kind} {', '.join(match.movements)[:60]}",
            )
            for line, match in rows
        ),
    )


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file} tidak dapat dibaca: {error}.", f"{file} cannot be read: {error}."
        ) from error


def _read(
    content: bytes, profile: Path | None, channel: "Channel", span: "tuple[WibDay | None, WibDay | None]"
) -> "BankStatement":
    from backend.workbench.csv_statement import read_csv
    from backend.workbench.mt940_statement import read_mt940
    from backend.workbench.profiles import read_profile

    if profile is None:
        return read_mt940(content, channel)
    return read_csv(content, read_profile(profile), channel, span)


def _stated(name: str) -> "Channel":
    from backend.workbench.service import STATED

    found = channel_of(name)
    if found not in STATED:
        raise UsageError(
            f"{name} tidak punya rekening koran; hitung kas: koperasi till-count.",
            f"{name} has no bank statement; count the till: koperasi till-count.",
        )
    return found


def _day(day: "WibDay") -> str:
    from rules.calendar import day_text

    return day_text(day)


def _days(first: "WibDay", last: "WibDay") -> dict[str, str]:
    return {"from_day": _day(first), "to_day": _day(last)}
