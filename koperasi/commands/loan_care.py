"""koperasi waive-penalty, write-off-loan, notice-claim, claim-lien, release-liens, pay-standing"""

from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.output import JsonOption, NetworkOption, day_of, print_json, say
from koperasi.reasons import Why, WhyOption

if TYPE_CHECKING:
    from backend.acts import Done
    from backend.loans.care import CareOffice
    from rules.types import WibDay

LoanArgument = Annotated[int, typer.Argument(min=1, help="Nomor pinjaman. / Number of the loan.")]
PledgeArgument = Annotated[int, typer.Argument(min=1, help="Nomor ikatan, mulai 1. / Pledge, from 1.")]
OnOption = Annotated[
    str | None, typer.Option("--on", help="Hari buku YYYY-MM-DD; hari ini. / Book day; today.")
]
CheckOption = Annotated[bool, typer.Option("--check", help="Periksa saja. / Only check; send nothing.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("waive-penalty", help="Bebaskan denda. / Waive penalty.")(waive_penalty)
    app.command("write-off-loan", help="Hapusbukukan pinjaman macet. / Write a bad loan off.")(write_off_loan)
    app.command("notice-claim", help="Beri tahu klaim simpanan terikat. / Notice a lien's claim.")(
        notice_claim
    )
    app.command("claim-lien", help="Klaim simpanan terikat. / Claim pledged savings.")(claim_lien)
    app.command("release-liens", help="Lepas ikatan simpanan. / Free pledged savings.")(release_liens)
    app.command("pay-standing", help="Bayar dari simpanan. / Pay by standing order.")(pay_standing)


def waive_penalty(
    loan: LoanArgument,
    penalty: Annotated[int, typer.Argument(min=1, help="Rupiah.")],
    reason: WhyOption = Why.REQUEST,
    on: OnOption = None,
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Two offices let go of penalty; the record of it is kept, and its hash is the reason on the chain."""
    from backend.loans.waiving import waive_penalty as waive
    from backend.loans.words import Reason
    from koperasi.care import caring
    from rules.types import LoanNumber, Rupiah

    with caring(network, check) as office:
        day = _day(office, on)
        show(waive(office, LoanNumber(loan), Rupiah(penalty), day, Reason(reason)), check, json)


def write_off_loan(
    loan: LoanArgument,
    on: OnOption = None,
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Two offices take a loan that is macet out of the books; the claim on the borrower remains."""
    from backend.loans.writing_off import write_off
    from koperasi.care import caring
    from rules.types import LoanNumber

    with caring(network, check) as office:
        show(write_off(office, LoanNumber(loan), _day(office, on)), check, json)


def notice_claim(
    loan: LoanArgument,
    pledge: PledgeArgument,
    amount: Annotated[int, typer.Argument(min=1, help="Rupiah.")],
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Two offices give 30 days' notice of a claim on pledged savings; PENGAWAS can stop it meanwhile."""
    from backend.loans.claiming import notice_claim as notice
    from koperasi.care import caring
    from rules.types import LoanNumber, Rupiah

    with caring(network, check) as office:
        show(notice(office, LoanNumber(loan), pledge, Rupiah(amount)), check, json)


def claim_lien(
    loan: LoanArgument,
    pledge: PledgeArgument,
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Carry out a claim after its notice: at most what is owed on the day, the rest of the lien stays."""
    from backend.loans.claiming import claim_lien as claim
    from koperasi.care import caring
    from rules.types import LoanNumber

    with caring(network, check) as office:
        show(claim(office, LoanNumber(loan), pledge), check, json)


def release_liens(
    loan: LoanArgument,
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Free of each lien what exceeds its share of what is outstanding."""
    from backend.loans.claiming import release_liens as release
    from koperasi.care import caring
    from rules.types import LoanNumber

    with caring(network, check) as office:
        show(release(office, LoanNumber(loan)), check, json)


def pay_standing(
    loan: LoanArgument,
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Take what is due out of the borrower's sukarela, as far as their standing order and savings reach."""
    from backend.loans.standing import pay_standing as pay
    from koperasi.care import caring
    from rules.types import LoanNumber

    with caring(network, check) as office:
        show(pay(office, LoanNumber(loan)), check, json)


def show(done: "Done", check: bool, json: bool) -> None:
    """Print what became of an act."""
    from backend.documents.cid import Cid

    document = done.document and {"hash": done.document.hex(), "cid": str(Cid.of_block(done.document))}
    if json:
        print_json(
            {"transaction": done.transaction, "document": document, "checked": check, "note": done.note}
        )
        return
    if done.note is not None:
        say(done.note["id"], done.note["en"])
    elif check:
        say("Kontrak menerima; belum ada yang dikirim.", "The contract takes it; nothing was sent.")
    for name, value in (("transaction", done.transaction), *(document or {}).items()):
        if value:
            print(f"{name:12} {value}")


def _day(office: "CareOffice", on: str | None) -> "WibDay":
    return office.today if on is None else day_of(on)
