"""koperasi allocate-surplus, pay-surplus, pay-share, prove-share, surplus"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.books import reading
from koperasi.commands.loan_care import CheckOption, OnOption, show
from koperasi.errors import KoperasiError, UsageError
from koperasi.output import (
    JsonOption,
    NetworkOption,
    Right,
    day_of,
    plain,
    print_json,
    print_table,
    rupiah,
    say,
)
from koperasi.shares import is_paid, path_of, share_bundle, share_of
from koperasi.signatures import SignaturesOption, given_signatures, say_missing, to_sign
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.surplus.paying import Allocated
    from backend.surplus.shares import SurplusShares
    from rules.shu import Bases
    from rules.types import MemberNumber

YearArgument = Annotated[int, typer.Argument(help="Tahun buku. / Book year.")]
SharesOption = Annotated[
    Path | None,
    typer.Option("--shares", help="Berkas bagian SHU, bila bukan dari dokumen. / The file of shares."),
]


class Till(StrEnum):
    """Where cash is paid out of."""

    KAS = "KAS"
    BANK = "BANK"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("allocate-surplus", help="Siapkan keputusan SHU. / Prepare a resolution on the surplus.")(
        allocate_surplus
    )
    app.command("pay-surplus", help="Bayar bagian SHU anggota. / Pay members' shares of a surplus.")(
        pay_surplus
    )
    app.command("pay-share", help="Bayar bagian SHU tunai. / Pay a share in cash.")(pay_share)
    app.command("prove-share", help="Bukti bagian SHU anggota. / Prove a member's share.")(prove_share)
    app.command(help="SHU yang sudah dibagi. / Surpluses that were allocated.")(surplus)


def allocate_surplus(
    allocation: Annotated[Path, typer.Option(help="Keputusan RAT, JSON. / The meeting's decision, JSON.")],
    bases: Annotated[
        Path | None, typer.Option(help="Dasar tiap anggota, CSV. / Each member's bases, CSV.")
    ] = None,
    from_books: Annotated[
        bool, typer.Option("--from-books", help="Dasar dari buku. / Bases from the books.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Tulis berkas bagian. / Write the file of shares.")] = None,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Make the action for the meeting's agenda and keep the file of shares as a document; nothing is sent."""
    from backend.surplus.files import read_allocation, read_bases
    from backend.surplus.shares import SurplusShares
    from rules.shu import split_surplus

    if (bases is None) is not from_books:
        raise UsageError("Pilih --bases atau --from-books.", "Give either --bases or --from-books.")
    decided, workspace = read_allocation(allocation), Workspace(network)
    given = read_bases(bases) if bases else _bases_of_books(network, decided.year, decided.net_surplus)
    shares = SurplusShares.of(decided, split_surplus(decided.net_surplus, decided.allocation_bps, given))
    if out is not None:
        out.write_bytes(shares.content)
    cid = workspace.documents().add(shares.content)
    result: dict[str, Any] = {
        "year": shares.year,
        "members": len(shares.shares),
        "members_total": shares.members_total,
        "shares_root": shares.tree.root.hex(),
        "document": shares.document.hex(),
        "cid": str(cid),
        "action": shares.action(),
    }
    _show(result, json)


def pay_surplus(
    year: YearArgument,
    shares: SharesOption = None,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Pay every share not paid yet into savings. Anyone may; here the secretary's account does. A second run
    goes on where the first stopped."""
    from backend.surplus.paying import SharePayer, allocated
    from koperasi.office import keyring

    workspace = Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        told = _shares(workspace, shares, allocated(chain, year, workspace.first_block))
        account = keyring(workspace, chain).officer("SEKRETARIS")
        chain.settle([str(account.address)])
        chain.reach(chain.time)
        done = SharePayer(chain, account, workspace.network.gas_cap).pay(told)
    refused = [{"member": member, "reason": reason.name} for member, reason in done.refused]
    if json:
        print_json(
            {
                "transactions": done.transactions,
                "paid": done.paid,
                "refused": refused,
                "unpaid": done.unpaid,
            }
        )
        return
    say(
        f"{done.paid} bagian dibayar, {len(refused)} dilewati, sisa {rupiah(done.unpaid)}",
        f"{done.paid} shares paid, {len(refused)} skipped, {rupiah(done.unpaid)} unpaid",
    )
    for each in refused:
        print(f"{each['member']:>10} {each['reason']}")


def pay_share(
    member: Annotated[int, typer.Argument(min=1, max=2**32 - 1, help="Nomor anggota. / Member number.")],
    year: Annotated[int, typer.Option(help="Tahun buku. / Book year.")],
    ref: Annotated[str, typer.Option(help="Rujukan slip, SLIP-2026-00001. / The slip's reference.")],
    channel: Annotated[Till, typer.Option(help="Saluran. / Channel.")] = Till.KAS,
    signatures: SignaturesOption = None,
    on: OnOption = None,
    shares: SharesOption = None,
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """TELLER pays a member's share in cash on the member's signed order, with a second officer above the
    limit of tellers alone. A share is paid once."""
    from backend.surplus.cash import CashPayer, CashSlip
    from backend.surplus.paying import allocated
    from koperasi.office import keyring
    from rules.calendar import day_of_timestamp
    from rules.receipts import slip_receipt
    from rules.types import Channel, MemberNumber

    workspace, given = Workspace(network), given_signatures(signatures)
    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        told = _shares(workspace, shares, allocated(chain, year, workspace.first_block))
        keys = keyring(workspace, chain)
        chain.settle([str(keys.officer("TELLER").address)])
        chain.pass_time(chain.time)
        day = day_of_timestamp(chain.time) if on is None else day_of(on)
        slip = CashSlip(slip_receipt(ref), day, Channel[channel])
        payer = CashPayer(chain, keys, workspace.network.gas_cap, check)
        paid = payer.pay(told, MemberNumber(member), slip, given)
        waiting = to_sign(chain, paid.signing, paid.missing)
    if json:
        print_json(
            {
                "amount": paid.amount,
                "by_two": paid.by_two,
                "transaction": paid.done.transaction,
                "checked": check,
                "to_sign": waiting,
                "note": paid.done.note,
            }
        )
        return
    print(f"{'amount':12} {rupiah(paid.amount)}")
    show(paid.done, check, json)
    say_missing(waiting)


def prove_share(
    member: Annotated[int, typer.Argument(help="Nomor anggota. / Member number.")],
    year: Annotated[int, typer.Option(help="Tahun buku. / Book year.")],
    shares: SharesOption = None,
    amount: Annotated[
        int | None, typer.Option(help="Rupiah di slip, dengan --path. / Rupiah on a slip, with --path.")
    ] = None,
    path: Annotated[
        str | None, typer.Option(help="Jalur di slip, dipisah koma. / A slip's path, commas between.")
    ] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Tulis bundel untuk koperasi verify. / Write a bundle.")
    ] = None,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Show a member's share with its proof, checked here and by the contract; or check what a slip says."""
    from backend.surplus.paying import allocated
    from rules.types import MemberNumber
    from verifier.share_tree import leaf_of

    workspace, number = Workspace(network), MemberNumber(member)
    with workspace.rpc() as url:
        chain = workspace.chain(url)
        held = allocated(chain, year, workspace.first_block)
        if path is None and amount is None:
            share = share_of(_shares(workspace, shares, held), number)
        else:
            share = number, amount or 0, path_of(path or "")
        paid = is_paid(chain, held.root, year, share)
        if bundle is not None:
            bundle.write_bytes(share_bundle(workspace, url, year, share))
    result = {
        "year": year,
        "member": member,
        "amount": share[1],
        "paid": paid,
        "leaf": leaf_of(year, number, share[1]).hex(),
        "proof": [each.hex() for each in share[2]],
        "shares_root": held.root.hex(),
    }
    _show(result, json)


def surplus(network: NetworkOption = "anvil", json: JsonOption = False) -> None:
    """Every allocated year by the books: pots, what was paid of the members' shares, what is unpaid."""
    from indexer.reports.surplus import surplus_years

    with reading(network) as (connection, cooperative_id):
        years = surplus_years(connection, cooperative_id)
    if json:
        print_json([{**plain(each), "unpaid": each.unpaid} for each in years])
        return
    amounts = (
        "SHU",
        "anggota / members",
        "ke simpanan / into savings",
        "keluar / left",
        "tunai / cash",
        "sisa",
    )
    print_table(
        ("tahun / year", *map(Right, amounts)),
        [
            (
                str(each.year),
                each.total,
                each.members_total,
                each.paid_into_savings,
                each.paid_to_left,
                each.paid_in_cash,
                each.unpaid,
            )
            for each in years
        ],
    )


def _bases_of_books(network: str, year: int, net: int) -> "dict[MemberNumber, Bases]":
    """KoperasiError if the books' surplus of the year is another than the one decided about."""
    from indexer.reports.surplus import member_bases, net_surplus
    from rules.shu import Bases

    with reading(network) as (connection, cooperative_id):
        found = net_surplus(connection, year, cooperative_id)
        rows = list(member_bases(connection, year, cooperative_id))
    if found != net:
        raise KoperasiError(
            f"SHU {year} menurut buku {rupiah(found)}, menurut keputusan {rupiah(net)}.",
            f"The surplus of {year} is {rupiah(found)} by the books, {rupiah(net)} by the decision.",
        )
    return {member: Bases(capital, business) for member, capital, business in rows}


def _shares(workspace: Workspace, file: Path | None, held: "Allocated") -> "SurplusShares":
    """The file of shares that the allocation names: given, or among the documents. It must be that one."""
    from backend.documents.cid import Cid
    from backend.documents.errors import DocumentMissingError
    from backend.surplus.paying import check_file
    from backend.surplus.shares import SurplusShares

    try:
        content = file.read_bytes() if file else workspace.documents().read(Cid.of_block(held.document))
    except DocumentMissingError as error:
        raise UsageError(
            "Berkas bagian SHU tidak ada di antara dokumen: sebutkan dengan --shares.",
            "The file of shares is not among the documents: name it with --shares.",
        ) from error
    shares = SurplusShares.read(content)
    check_file(shares, held)
    return shares


def _show(result: dict[str, Any], json: bool) -> None:
    if json:
        print_json(result)
        return
    for name, value in result.items():
        print(f"{name:14} {value}")
