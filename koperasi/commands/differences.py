"""koperasi differences, close-difference, reopen-difference"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.books import reconcile_books, run_sync
from koperasi.errors import UsageError
from koperasi.output import JsonOption, NetworkOption, Right, plain, print_json, print_table, say
from koperasi.workbench import (
    OfficeOption,
    ReasonOption,
    SignaturesOption,
    ToSignOption,
    bench,
    signing,
)
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.workbench.differences import Difference, DifferenceAct
    from rules.bank_causes import Cause

DifferenceArgument = Annotated[str, typer.Argument(help="Nomor selisih. / Id of the difference.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="Semua selisih dan sebabnya. / Every difference and its cause.")(differences)
    app.command("close-difference", help="Tutup selisih, dua orang. / Close a difference, by two persons.")(
        close_difference
    )
    app.command("reopen-difference", help="Buka lagi selisih. / Open a difference again.")(reopen_difference)


def differences(
    chain: Annotated[
        bool, typer.Option("--chain", help="Cocokkan dahulu buku dan chain. / First compare books and chain.")
    ] = False,
    all_: Annotated[bool, typer.Option("--all", help="Juga yang ditutup. / Closed ones too.")] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Bank, till and chain against the books. That there are some is no error: exit code 0."""
    if chain:
        _compare(network, json)
    with bench(network) as desk:
        listed = desk.service.listed(desk.books)
    shown = [each for each in listed if all_ or each.closing is None]
    if json:
        print_json([_told(each) for each in shown])
        return
    heads = ("selisih / difference", "sejak / since", "jenis / kind", "saluran / channel")
    print_table(
        (*heads, Right("jumlah / amount"), "sebab / cause", "apa / what", "status"),
        (_shown(each) for each in shown),
    )
    closed = sum(each.closing is not None for each in listed)
    say(f"{len(listed) - closed} terbuka, {closed} ditutup", f"{len(listed) - closed} open, {closed} closed")


def close_difference(
    difference: DifferenceArgument,
    cause: Annotated[str, typer.Option(help="Sebab. / Cause, e.g. BANK_CHARGE.")] = "",
    reason: ReasonOption = "",
    office: OfficeOption = "BENDAHARA",
    signatures: SignaturesOption = None,
    to_sign: ToSignOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """An officer of the board and PENGAWAS, two persons, sign amount, cause and reason; it is never deleted.
    Another amount later opens it again."""
    with signing(network) as desk:
        found = desk.service.difference(desk.books, difference)
        why = _cause(cause, found)
        act = desk.service.differences.close_act(found, why, reason)
        if to_sign:
            print_json(act.typed_data(desk.service.domain))
            return
        given = desk.given(act, [office, "PENGAWAS"], signatures)
        done = desk.service.differences.close(desk.connection, found, why, reason, given, desk.at)
    _show_act(found, done, json)


def reopen_difference(
    difference: DifferenceArgument,
    reason: ReasonOption = "",
    office: OfficeOption = "PENGAWAS",
    signatures: SignaturesOption = None,
    to_sign: ToSignOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """A new record with its own reason; the closing stays in the history."""
    with signing(network) as desk:
        found = desk.service.difference(desk.books, difference)
        act = desk.service.differences.reopen_act(found, reason)
        if to_sign:
            print_json(act.typed_data(desk.service.domain))
            return
        (given, *_) = desk.given(act, [office], signatures)
        done = desk.service.differences.reopen(desk.connection, found, reason, given, desk.at)
    _show_act(found, done, json)


def _compare(network: str, quiet: bool) -> None:
    """Put what books and chain say differently on the list."""
    import time

    from backend.workbench.differences import ChainRun
    from backend.workbench.findings import ChainFinding

    workspace = Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        run_sync(workspace, url, quiet=True)
        found = reconcile_books(workspace, url, quiet)
    told = [ChainFinding(each.subject[:80], each.key, each.book, each.chain) for each in found.differences]
    told += [
        ChainFinding("control", f"{each.account} {each.name}", str(each.book), str(each.chain))
        for each in found.controls
        if each.book != each.chain and not any(str(each.account) in one.key for one in told)
    ]
    run = ChainRun(found.block, f"0x{found.block_hash.hex()}", int(time.time()))
    with workspace.lock("workbench"):
        workspace.workbench().differences.put_chain(run, told)


def _cause(name: str, found: "Difference") -> "Cause":
    from rules.bank_causes import Cause

    if not name:
        return found.finding.cause
    try:
        return Cause[name]
    except KeyError:
        names = ", ".join(Cause)
        raise UsageError(
            f"Sebab {name} tidak ada. Ada: {names}.", f"No cause {name}. There are: {names}."
        ) from None


def _told(each: "Difference") -> dict[str, Any]:
    from rules.calendar import day_text

    found = each.finding
    return {
        "difference": found.id,
        "kind": found.kind.value,
        "subject": found.subject,
        "channel": found.channel and found.channel.name,
        "since": day_text(found.day),
        "amount": found.amount,
        "cause": found.cause.value,
        "others": list(found.others),
        "what": plain(found.words),
        "status": each.status,
        "history": [_act(act) for act in each.acts],
    }


def _act(act: "DifferenceAct") -> dict[str, Any]:
    persons = [{"person": each.person, "office": each.office, "account": each.account} for each in act.signed]
    told = act._asdict()
    return {**told, "signed": persons}


def _shown(each: "Difference") -> tuple[object, ...]:
    from backend.workbench.reconciliation import CAUSES
    from rules.calendar import day_text

    found, why = each.finding, CAUSES[each.finding.cause]
    what = f"{found.words.id} / {found.words.en}"
    if found.others:
        what += f" → {', '.join(found.others[:3])}"
    status = ("terbuka / open") if each.closing is None else f"ditutup / closed: {each.closing.reason}"
    channel = found.channel.name if found.channel else ""
    head = (found.id, day_text(found.day), found.kind.value, channel)
    return (*head, found.amount, f"{why.id} / {why.en}", what, status)


def _show_act(found: "Difference", done: "DifferenceAct", json: bool) -> None:
    if json:
        print_json({"difference": found.finding.id, **_act(done)})
        return
    who = ", ".join(f"{each.person} ({each.office})" for each in done.signed)
    say(
        f"Selisih {found.finding.id}: {done.act}, anggota nomor {who}",
        f"Difference {found.finding.id}: {done.act}, member number {who}",
    )
