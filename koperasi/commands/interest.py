"""koperasi credit-interest"""

import typer

from koperasi.errors import KoperasiError
from koperasi.output import JsonOption, NetworkOption, print_json, say
from koperasi.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "credit-interest",
        help="Kreditkan jasa sukarela bulan-bulan yang sudah berakhir. / Credit interest of ended months.",
    )(credit_interest)


def credit_interest(network: NetworkOption = "anvil", json: JsonOption = False) -> None:
    """Credit every member in the books; who has nothing due is passed over, and twice changes nothing."""
    from indexer.reports.balances import savings
    from koperasi.office import outbox
    from rules.calendar import day_of_timestamp, month_of_day
    from rules.types import MemberNumber

    workspace = Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        sender = outbox(workspace, chain)
        chain.settle(sender.senders)
        today = chain.follow(day_of_timestamp(chain.time))
        with workspace.ledger().connect() as connection:
            rows = savings(connection, month_of_day(today), workspace.cooperative_id)
        sent = sender.credit_interest([MemberNumber(row.member_no) for row in rows])
    failed = [each.hash for each in sent if not each.succeeded]
    if failed:
        raise KoperasiError(f"Transaksi gagal: {', '.join(failed)}", f"Failed: {', '.join(failed)}")
    if json:
        print_json({"members": len(rows), "transactions": [each.hash for each in sent]})
    else:
        say(f"{len(rows)} anggota, {len(sent)} transaksi", f"{len(rows)} members")
