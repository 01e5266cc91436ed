"""koperasi amend-loan, assume-loan: what borrower, heir and guarantors sign"""

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.commands.loan_care import CheckOption, LoanArgument, OnOption, show
from koperasi.commands.loans import Method
from koperasi.output import JsonOption, NetworkOption, day_of, print_json, say
from koperasi.reasons import Why, WhyOption
from koperasi.signatures import SignaturesOption, given_signatures, say_missing, to_sign

if TYPE_CHECKING:
    from backend.loans.addendum import AmendedTerms
    from backend.loans.amending import Amended
    from backend.loans.care import CareOffice


class Kind(StrEnum):
    """What kind of amendment."""

    RESCHEDULE = "RESCHEDULE"
    RESTRUCTURE = "RESTRUCTURE"
    FREEZE = "FREEZE"


class Upto(StrEnum):
    """How far to go in this run."""

    PROPOSE = "PROPOSE"
    APPROVE = "APPROVE"
    ENACT = "ENACT"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("amend-loan", help="Ubah perjanjian pinjaman. / Amend a loan's agreement.")(amend_loan)
    app.command("assume-loan", help="Alihkan ke ahli waris. / An heir takes a loan over.")(assume_loan)


def amend_loan(
    loan: LoanArgument,
    months: Annotated[int, typer.Option(min=1, max=360, help="Angsuran sejak itu. / Instalments from then.")],
    kind: Annotated[Kind, typer.Option(help="Jenis. / Kind.")] = Kind.RESCHEDULE,
    rate_bps: Annotated[int | None, typer.Option(help="Basis poin; tetap. / As it is.")] = None,
    method: Annotated[Method | None, typer.Option(help="Metode; tetap. / As it is.")] = None,
    grace: Annotated[int, typer.Option(help="Bulan jasa saja. / Months of interest only.")] = 0,
    freeze: Annotated[int, typer.Option(help="Bulan tanpa jasa. / Months without interest.")] = 0,
    waive_interest: Annotated[int, typer.Option(help="Jasa dibebaskan, rupiah. / Interest waived.")] = 0,
    reason: WhyOption = Why.REQUEST,
    upto: Annotated[Upto, typer.Option(help="Sampai langkah ini. / Go on until this step.")] = Upto.ENACT,
    signatures: SignaturesOption = None,
    on: OnOption = None,
    replace_other: Annotated[
        bool, typer.Option("--replace", help="Gantikan usul lain. / In place of another proposal.")
    ] = False,
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Propose, approve, sign, carry out: as far as the keys and signatures here reach. The same command again
    goes on; what is done is not done twice."""
    from backend.loans.amending import Amending, Step
    from backend.loans.words import Reason
    from koperasi.care import caring
    from rules.types import LoanNumber

    given = given_signatures(signatures)
    with caring(network, check) as office:
        terms = (kind, rate_bps, months, method, grace, freeze, waive_interest)
        agreed = _agreed(office, LoanNumber(loan), *terms)
        day = office.today if on is None else day_of(on)
        done = Amending(office, agreed, Reason(reason)).run(Step(upto), given, day, replace_other)
        waiting = to_sign(office.chain, done.signing, done.missing)
    _show_amended(done, waiting, json)


def assume_loan(
    loan: LoanArgument,
    heir: Annotated[int, typer.Argument(min=1, help="Nomor anggota ahli waris. / The heir's number.")],
    as_of: Annotated[
        str | None, typer.Option(help="Hari dokumen; hari ini. / Day of the document; today.")
    ] = None,
    signatures: SignaturesOption = None,
    check: CheckOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """An heir owes the loan from then on: two offices, the heir's signature and every guarantor's."""
    from backend.loans.assuming import assume_loan as assume
    from koperasi.care import caring
    from rules.types import LoanNumber, MemberNumber

    given = given_signatures(signatures)
    with caring(network, check) as office:
        day = office.today if as_of is None else day_of(as_of)
        result = assume(office, LoanNumber(loan), MemberNumber(heir), day, given)
        waiting = to_sign(office.chain, result.signing, result.missing)
    if waiting and json:
        document = result.done.document
        print_json({"document": document and document.hex(), "to_sign": waiting, "note": result.done.note})
        return
    show(result.done, check, json)
    say_missing(waiting)


def _agreed(
    office: "CareOffice",
    loan: Any,
    kind: Kind,
    rate_bps: int | None,
    months: int,
    method: Method | None,
    grace: int,
    freeze: int,
    waived: int,
) -> "AmendedTerms":
    """What is not given stays as it is now."""
    from backend.loans.addendum import AmendedTerms
    from rules.loans import Amendment
    from rules.types import AmendmentKind, BasisPoints, LoanMethod, Rupiah

    now = office.position(loan).loan.terms
    terms = Amendment(now.annual_rate_bps, months, now.method, grace, freeze, Rupiah(waived))
    if rate_bps is not None:
        terms = replace(terms, annual_rate_bps=BasisPoints(rate_bps))
    if method is not None:
        terms = replace(terms, method=LoanMethod[method])
    return AmendedTerms(loan, AmendmentKind[kind], terms)


def _show_amended(done: "Amended", waiting: list[dict[str, Any]], json: bool) -> None:
    from backend.documents.cid import Cid

    cid = str(Cid.of_block(done.document))
    if json:
        print_json(
            {
                "state": done.state,
                "amendment_hash": done.amendment_hash.hex(),
                "document": {"hash": done.document.hex(), "cid": cid},
                "transactions": list(done.transactions),
                "to_sign": waiting,
                "note": done.note,
            }
        )
        return
    if done.note is not None:
        say(done.note["id"], done.note["en"])
    for name, value in (("state", done.state), ("amendment", done.amendment_hash.hex()), ("cid", cid)):
        print(f"{name:12} {value}")
    for each in done.transactions:
        print(f"{'transaction':12} {each}")
    say_missing(waiting)
