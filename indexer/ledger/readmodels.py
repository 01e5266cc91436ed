"""Read models: rows that hang on a log and never change. What is current is the last of them.

`ROWS` says which event makes which rows, `ACKNOWLEDGED` which events make none and why. With the posting
rules they name every event there is; a test holds them against indexer.chain.events.
"""

from collections.abc import Mapping
from typing import Any, Final

from indexer.chain import events as ev
from indexer.chain.events import Event, LogRef
from indexer.ledger import schema
from indexer.ledger.closes import CLOSED, REOPENED
from indexer.ledger.loan_rows import LOAN_ROWS
from indexer.ledger.loans import KnownLoans
from indexer.ledger.meeting_rows import MEETING_ROWS
from indexer.ledger.rule import TOKEN_ACCOUNTS, Make, Rows, day_of_block, json_text, place
from indexer.ledger.surplus_rows import SURPLUS_ROWS

_NO_ADDRESS: Final = bytes(20)


def _registered(ref: LogRef, event: ev.MemberRegistered, _known: KnownLoans) -> Rows:
    return (
        (schema.member, (event.member, *place(ref), event.account, event.joined_on)),
        (schema.member_status, (*place(ref), event.member, "REGISTERED", event.joined_on)),
        (schema.member_signer, (*place(ref), event.member, event.signer, int(event.kind), 0)),
    )


def _status(status: str) -> Make:
    def rows(ref: LogRef, event: Any, _known: KnownLoans) -> Rows:
        day = getattr(event, "book_day", None)
        return (
            (
                schema.member_status,
                (*place(ref), event.member, status, day_of_block(ref) if day is None else day),
            ),
        )

    return rows


def _signer(ref: LogRef, event: ev.SignerChanged, _known: KnownLoans) -> Rows:
    row = (*place(ref), event.member, event.signer, int(event.kind), int(event.recovered))
    return ((schema.member_signer, row),)


def _lien(change: str) -> Make:
    def rows(ref: LogRef, event: Any, _known: KnownLoans) -> Rows:
        amount, claimable_at = getattr(event, "amount", 0), getattr(event, "claimable_at", None)
        account = TOKEN_ACCOUNTS[ref.contract]
        row = (*place(ref), account, event.member, event.loan, change, amount, claimable_at)
        return ((schema.lien_change, row),)

    return rows


def _attested(ref: LogRef, event: ev.ChannelAttested, _known: KnownLoans) -> Rows:
    counted = schema.signed(event.counted)
    row = (*place(ref), event.channel, event.day, counted, event.document_hash, event.attested_by)
    return ((schema.attestation, row),)


def _granted(ref: LogRef, event: ev.OfficeGranted, _known: KnownLoans) -> Rows:
    return ((schema.office_change, (*place(ref), event.office, event.account, event.holder, event.until)),)


def _ended(ref: LogRef, event: ev.OfficeEnded, _known: KnownLoans) -> Rows:
    return ((schema.office_change, (*place(ref), event.office, event.account, event.holder, None)),)


def _installed(ref: LogRef, event: ev.ContractInstalled, _known: KnownLoans) -> Rows:
    replaced = None if event.replaced == _NO_ADDRESS else event.replaced
    return ((schema.contract, (*place(ref), event.text, event.contract_address, replaced)),)


def _closed(ref: LogRef, event: ev.BooksClosed, _known: KnownLoans) -> Rows:
    figures = (event.entries, event.ledger_root, event.trial_balance_hash, event.claims_root)
    total = schema.signed(event.claims_total)
    row = (*place(ref), CLOSED, event.through, *figures, total, event.maker, event.checker)
    return ((schema.closes, row),)


def _reopened(ref: LogRef, event: ev.ReopenedAfter, _known: KnownLoans) -> Rows:
    return ((schema.closes, (*place(ref), REOPENED, event.day, *(None,) * 7)),)


def _corrects(ref: LogRef, event: ev.JournalCorrects, _known: KnownLoans) -> Rows:
    papers = (schema.signed(event.receipt), schema.signed(event.corrected))
    return ((schema.correction, (*place(ref), *papers)),)


def _scheduled(ref: LogRef, event: ev.ScheduleAdopted, _known: KnownLoans) -> Rows:
    told = event.schedule
    terms = (told.debit, told.credit, told.amount, told.residual, told.months, told.first_month)
    return ((schema.schedule, (*place(ref), event.id, int(told.kind), int(told.method), *terms)),)


def _unscheduled(ref: LogRef, event: ev.ScheduleEnded, _known: KnownLoans) -> Rows:
    return ((schema.schedule_end, (*place(ref), event.id)),)


def _setting(name: str, *fields: str, day: str | None = None) -> Make:
    """A setting with these fields of the event as its value, from the day in field `day` on."""

    def rows(ref: LogRef, event: Any, _known: KnownLoans) -> Rows:
        text = json_text({field: getattr(event, field) for field in fields})
        return ((schema.setting, (*place(ref), name, text, getattr(event, day) if day else None)),)

    return rows


ROWS: Final[Mapping[type[Event], Make]] = {
    ev.MemberRegistered: _registered,
    ev.MemberActivated: _status("ACTIVE"),
    ev.MemberSuspended: _status("SUSPENDED"),
    ev.MemberReinstated: _status("ACTIVE"),
    ev.MemberLeft: _status("LEFT"),
    ev.SignerChanged: _signer,
    **LOAN_ROWS,
    ev.LienPlaced: _lien("PLACED"),
    ev.LienReleased: _lien("RELEASED"),
    ev.LienClaimNoticed: _lien("NOTICED"),
    ev.LienClaimStopped: _lien("STOPPED"),
    ev.LienClaimed: _lien("CLAIMED"),
    ev.ChannelAttested: _attested,
    ev.OfficeGranted: _granted,
    ev.OfficeEnded: _ended,
    ev.ContractInstalled: _installed,
    ev.AdminChanged: _setting("admin", "new_admin"),
    ev.GenesisEnded: _setting("admin", "first_admin"),
    ev.InterestRateSet: _setting("interest_rate", "rate_bps", day="from_day"),
    ev.InterestTaxSet: _setting("interest_tax", "threshold", "tax_bps"),
    ev.StablecoinSet: _setting("stablecoin", "token", "unit"),
    ev.TellerLimitSet: _setting("teller_limit", "limit"),
    ev.BackdatingLimitSet: _setting("backdating_limit", "num_days"),
    ev.ReopenedAfter: _reopened,
    ev.BooksClosed: _closed,
    ev.JournalCorrects: _corrects,
    ev.ScheduleAdopted: _scheduled,
    ev.ScheduleEnded: _unscheduled,
    ev.ChartAdopted: _setting("chart", "hash", "accounts", day="effective_on"),
    ev.MonthEnded: _setting("month_ended", "month", day="last_day"),
    ev.ProductSet: _setting("loan_product", "product", "conditions"),
    ev.TiersSet: _setting("loan_tiers", "tiers"),
    ev.RelatedLimitSet: _setting("related_limit", "bps"),
    ev.ClaimDelaySet: _setting("claim_delay", "num_days"),
    ev.OptionAdopted: _setting("option", "key", "value", day="effective_on"),
    **MEETING_ROWS,
    **SURPLUS_ROWS,
    ev.BylawsChanged: _setting("meeting_bylaws", "bylaws"),
}

_ROLES: Final = "who may call what is asked of the chain itself"
_ALREADY: Final = "the act it goes with has an event of its own"
_DELAYED: Final = "takes effect by a later event"
_NOT_YET: Final = "a loan is in the books once it is paid out, an amendment once it is in force"
_IN_LOGS: Final = "changes no book; kept among the raw logs"

ACKNOWLEDGED: Final[Mapping[type[Event], str]] = {
    ev.TargetGuarded: _ROLES,
    ev.ContractScheduled: _DELAYED,
    ev.AdminChangeScheduled: _DELAYED,
    ev.Countersigned: _ALREADY,
    ev.ClosedThrough: _ALREADY,
    ev.OperationScheduled: _IN_LOGS,
    ev.OperationExecuted: _IN_LOGS,
    ev.OperationCanceled: _IN_LOGS,
    ev.RoleLabel: _ROLES,
    ev.RoleGranted: _ROLES,
    ev.RoleRevoked: _ROLES,
    ev.RoleAdminChanged: _ROLES,
    ev.RoleGuardianChanged: _ROLES,
    ev.RoleGrantDelayChanged: _ROLES,
    ev.TargetClosed: _ROLES,
    ev.TargetFunctionRoleUpdated: _ROLES,
    ev.TargetAdminDelayUpdated: _ROLES,
    ev.WriterSet: _ROLES,
    ev.RecoveryProposed: _DELAYED,
    ev.RecoveryStopped: _IN_LOGS,
    ev.RegistrySealed: _IN_LOGS,
    ev.TreasurySealed: _IN_LOGS,
    ev.SavingsSealed: _IN_LOGS,
    ev.LoanBookSealed: _IN_LOGS,
    ev.StablecoinReceived: _ALREADY,
    ev.PayoutPulled: "the withdrawal was posted when it was ordered",
    ev.Transfer: "its sum by block and token is checked against the entries",
    ev.Approval: "savings cannot be approved",
    ev.PayrollRowRefused: _IN_LOGS,
    ev.SlipRefused: _IN_LOGS,
    ev.ShareRefused: _IN_LOGS,
    ev.StandingOrderSet: "what is taken by it has an event of its own",
    ev.LoanApplied: _NOT_YET,
    ev.LoanOffered: _NOT_YET,
    ev.LoanApproved: _NOT_YET,
    ev.LoanOfferWithdrawn: _NOT_YET,
    ev.AmendmentProposed: _NOT_YET,
    ev.AmendmentApproved: _NOT_YET,
    ev.LoanPaidFromSavings: _ALREADY,
    ev.SequenceAdopted: "what it carries out has events of its own",
    ev.SequenceAdvanced: _ALREADY,
}
