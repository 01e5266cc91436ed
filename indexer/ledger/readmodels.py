"""Read models: rows that hang on a log and never change. What is current is the last of them.

`ROWS` says which event makes which rows, `ACKNOWLEDGED` which events make none and why. With the posting
rules they name every event there is; a test holds them against indexer.chain.events.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Table

from indexer.chain import events as ev
from indexer.chain.events import Event, LogRef
from indexer.ledger import schema
from indexer.ledger.posting import TOKEN_ACCOUNTS
from rules.calendar import WIB_OFFSET_SECONDS

Row = tuple[object, ...]
Rows = tuple[tuple[Table, Row], ...]
"""Rows by table, in the order of its columns after the cooperative."""

_NO_ADDRESS: Final = bytes(20)


def _at(ref: LogRef) -> tuple[int, int]:
    return ref.block_number, ref.log_index


def _day(ref: LogRef) -> int:
    return (ref.block_time + WIB_OFFSET_SECONDS) // 86_400


def _registered(ref: LogRef, event: ev.MemberRegistered) -> Rows:
    return (
        (schema.member, (event.member, *_at(ref), event.account, event.joined_on)),
        (schema.member_status, (*_at(ref), event.member, "REGISTERED", event.joined_on)),
        (schema.member_signer, (*_at(ref), event.member, event.signer, int(event.kind), 0)),
    )


def _status(status: str) -> Callable[[LogRef, Any], Rows]:
    def rows(ref: LogRef, event: Any) -> Rows:
        day = getattr(event, "book_day", None)
        return ((schema.member_status, (*_at(ref), event.member, status, _day(ref) if day is None else day)),)

    return rows


def _signer(ref: LogRef, event: ev.SignerChanged) -> Rows:
    row = (*_at(ref), event.member, event.signer, int(event.kind), int(event.recovered))
    return ((schema.member_signer, row),)


def _loan_started(ref: LogRef, event: ev.LoanStarted) -> Rows:
    people = (event.borrower, event.guarantor or None)
    terms = (event.principal, event.rate_bps, event.months, int(event.method), event.book_day, event.book_day)
    return ((schema.loan, (event.loan, *_at(ref), ref.address, *people, *terms, 0, 0, event.document_hash)),)


def _loan_opened(ref: LogRef, event: ev.LoanOpened) -> Rows:
    people = (event.borrower, None)
    terms = (event.principal, event.rate_bps, event.months, int(event.method), event.disbursed_on, _day(ref))
    paid = (event.principal_paid, event.interest_paid)
    return ((schema.loan, (event.loan, *_at(ref), ref.address, *people, *terms, *paid, None)),)


def _loan_closed(ref: LogRef, event: ev.LoanClosed) -> Rows:
    return ((schema.loan_closure, (*_at(ref), event.loan, event.book_day)),)


def _lien(change: str) -> Callable[[LogRef, Any], Rows]:
    def rows(ref: LogRef, event: Any) -> Rows:
        amount, claimable_at = getattr(event, "amount", 0), getattr(event, "claimable_at", None)
        account = TOKEN_ACCOUNTS[ref.contract]
        row = (*_at(ref), account, event.member, event.loan, change, amount, claimable_at)
        return ((schema.lien_change, row),)

    return rows


def _attested(ref: LogRef, event: ev.ChannelAttested) -> Rows:
    counted = schema.signed(event.counted)
    row = (*_at(ref), event.channel, event.day, counted, event.document_hash, event.attested_by)
    return ((schema.attestation, row),)


def _granted(ref: LogRef, event: ev.OfficeGranted) -> Rows:
    return ((schema.office_change, (*_at(ref), event.office, event.account, event.holder, event.until)),)


def _ended(ref: LogRef, event: ev.OfficeEnded) -> Rows:
    return ((schema.office_change, (*_at(ref), event.office, event.account, event.holder, None)),)


def _installed(ref: LogRef, event: ev.ContractInstalled) -> Rows:
    replaced = None if event.replaced == _NO_ADDRESS else event.replaced
    return ((schema.contract, (*_at(ref), event.text, event.contract_address, replaced)),)


def _setting(name: str, *fields: str, day: str | None = None) -> Callable[[LogRef, Any], Rows]:
    """A setting with these fields of the event as its value, from the day in field `day` on."""

    def rows(ref: LogRef, event: Any) -> Rows:
        value = {field: _plain(getattr(event, field)) for field in fields}
        text = json.dumps(value, sort_keys=True, separators=(",", ":"))
        return ((schema.setting, (*_at(ref), name, text, getattr(event, day) if day else None)),)

    return rows


def _plain(value: object) -> object:
    return "0x" + value.hex() if isinstance(value, bytes) else value


ROWS: Final[Mapping[type[Event], Callable[[LogRef, Any], Rows]]] = {
    ev.MemberRegistered: _registered,
    ev.MemberActivated: _status("ACTIVE"),
    ev.MemberSuspended: _status("SUSPENDED"),
    ev.MemberReinstated: _status("ACTIVE"),
    ev.MemberLeft: _status("LEFT"),
    ev.SignerChanged: _signer,
    ev.LoanStarted: _loan_started,
    ev.LoanOpened: _loan_opened,
    ev.LoanClosed: _loan_closed,
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
    ev.ClosedThrough: _setting("closed_through", "day"),
    ev.ChartAdopted: _setting("chart", "hash", "accounts", day="effective_on"),
    ev.OptionAdopted: _setting("option", "key", "value", day="effective_on"),
}

_ROLES: Final = "who may call what is asked of the chain itself"
_ALREADY: Final = "the act it goes with has an event of its own"
_DELAYED: Final = "takes effect by a later event"
_IN_LOGS: Final = "changes no book; kept among the raw logs"

ACKNOWLEDGED: Final[Mapping[type[Event], str]] = {
    ev.TargetGuarded: _ROLES,
    ev.ContractScheduled: _DELAYED,
    ev.FunctionRoleScheduled: _DELAYED,
    ev.AdminChangeScheduled: _DELAYED,
    ev.Countersigned: _ALREADY,
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
    ev.AuthorityUpdated: _ROLES,
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
    ev.LoanOffered: "a loan is in the books once it is paid out",
    ev.LoanOfferWithdrawn: "a loan is in the books once it is paid out",
    ev.DecisionAnnounced: _DELAYED,
    ev.DecisionCarriedOut: _ALREADY,
}
