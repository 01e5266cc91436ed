"""A made-up meeting as raw logs and transactions: real signatures, events as rules/meetings.py has them.

Every third member has a passkey, the last member a contract wallet. Blocks are a minute apart.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from eth_abi.abi import decode, encode
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from recount import wire
from recount.bundle import VERSION, Bundle, Log, Transaction
from rules.ballots import Boxes, Choice, Election, Motion, Paper, Resolution, Vote, pack_papers
from rules.dev_keys import development_key
from rules.meetings import Call, Meeting, MeetingBylaws, Notice
from rules.types import MemberNumber, Refusal
from tests.contracts.passkeys import Passkey

CHAIN_ID: Final = 31337
RAT: Final = "0x" + "a1" * 20
BOX: Final = "0x" + "b0" * 20
REGISTRY: Final = "0x" + "b2" * 20
AUTHORITY: Final = "0x" + "c3" * 20
RELAY: Final = "0x" + "d4" * 20
RP_ID: Final = "koperasi.example.id"
FIRST: Final = Call(1_770_000_000, 1_770_018_000)
SECOND: Final = Call(1_771_000_000, 1_771_018_000)
NOTICED_AT: Final = 1_768_000_000
FOREVER: Final = 2**40 - 1
DOCUMENTS: Final = b"\2" * 32
SALT: Final = b"\5" * 32

TYPES: Final = {
    "Ballot": ("uint32 member", "uint32 meeting", "uint8 call", "uint256 choices", "uint40 deadline"),
    "CheckIn": ("uint32 member", "uint32 meeting", "uint8 call", "uint40 deadline"),
    "Proxy": ("uint32 member", "uint32 holder", "uint32 meeting", "uint40 deadline"),
    "Candidacy": ("uint32 member", "bytes32 election", "address account", "uint40 deadline"),
    "Objection": ("uint32 member", "uint32 meeting", "uint8 motion", "uint40 deadline"),
}


@cache
def account(member: int) -> Any:
    return Account.from_key(development_key("member", member, CHAIN_ID))


@cache
def passkey(member: int) -> Passkey:
    return Passkey(ec.derive_private_key(1_000 + member, ec.SECP256R1()), RP_ID)


def has_passkey(member: int) -> bool:
    return member % 3 == 0


def digest(kind: str, values: Sequence[Any]) -> bytes:
    """What a member signs, by eth_account: nothing of it is the recount's own code."""
    fields = [dict(zip(("type", "name"), each.split(), strict=True)) for each in TYPES[kind]]
    of_rat = kind == "Candidacy"
    domain = {
        "name": "Koperasi RAT" if of_rat else "Koperasi BallotBox",
        "version": "1",
        "chainId": CHAIN_ID,
        "verifyingContract": RAT if of_rat else BOX,
    }
    message = {each["name"]: value for each, value in zip(fields, values, strict=True)}
    signable = encode_typed_data(domain, {kind: fields}, message)
    return keccak(b"\x19\x01" + signable.header + signable.body)


def sign(member: int, kind: str, values: Sequence[Any]) -> bytes:
    """The signature of a member, by passkey or key."""
    what = digest(kind, values)
    if has_passkey(member):
        return passkey(member).sign(what)
    signature: bytes = account(member).unsafe_sign_hash(what).signature
    return signature


def word(value: int | str) -> str:
    """A topic."""
    return f"0x{value:064x}" if isinstance(value, int) else f"0x{value[2:].lower():0>64}"


def hexed(data: bytes) -> str:
    return f"0x{data.hex()}"


def motions() -> tuple[Motion, ...]:
    """Five motions: two resolutions of the ordinary kind, a weighty one, two elections between them."""
    return (
        Resolution(5_000),
        Election(2, tuple(MemberNumber(each) for each in (1, 4, 7, 8))),
        Resolution(6_667, weighty=True),
        Resolution(5_000),
        Election(1, (MemberNumber(2), MemberNumber(5))),
    )


@dataclass
class Village:
    """`size` members, one meeting (number 3). `wallet`: the member whose signer is a contract.

    `recovered`: members whose signer was recovered before the notice: account(100 + member).
    `signers`: of the members in order, where they are known already.
    """

    size: int = 24
    put: tuple[Motion, ...] = field(default_factory=motions)
    proxies: int = 0
    recovered: tuple[int, ...] = ()
    signers: Sequence[str] = ()
    logs: list[Log] = field(default_factory=list)
    transactions: dict[str, Transaction] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)
    contracts: list[str] = field(default_factory=list)
    block: int = 100
    until: int = SECOND.closes_at + 1
    meeting: int = 3

    def __post_init__(self) -> None:
        self.wallet = self.size + 1
        self._at(NOTICED_AT - 86_400)
        for member in range(1, self.size + 1):
            self.register(member, signer=self.signers[member - 1] if self.signers else "")
        self.register(self.wallet, signer="0x" + "ee" * 20)
        self.contracts = ["0x" + "ee" * 20]
        self.register(self.wallet + 1, active=False)
        for member in self.recovered:
            self.change_signer(member, account(100 + member).address, recovered=True)
        self.convene()

    @property
    def roll(self) -> frozenset[MemberNumber]:
        return frozenset(MemberNumber(each) for each in range(1, self.wallet + 1))

    def register(self, member: int, *, active: bool = True, signer: str = "") -> None:
        by_passkey = has_passkey(member) and member <= self.size
        signer = signer or (passkey(member).key_hash if by_passkey else account(member).address)
        data = encode(["address", "uint8", "uint32"], [signer, int(by_passkey), 20_000])
        self.log(REGISTRY, wire.REGISTERED, (member, "0x" + "99" * 20), data)
        if active:
            self.log(REGISTRY, wire.ACTIVATED, (member,), encode(["uint32"], [20_000]))

    def change_signer(self, member: int, signer: str, *, recovered: bool, kind: int = 0) -> None:
        data = encode(["uint8", "bool"], [kind, recovered])
        self.log(REGISTRY, wire.SIGNER_CHANGED, (member, signer), data)

    def convene(self) -> None:
        self._at(NOTICED_AT)
        contents = [content(motion, number, self.recovered) for number, motion in enumerate(self.put, 1)]
        calls = [(each.opens_at, each.closes_at) for each in (FIRST, SECOND)]
        notice = (0, 2025, DOCUMENTS, SALT, *calls, contents)
        self.send(wire.CONVENE_CALL + encode([wire.NOTICE], [notice]).hex(), to=RAT)
        bylaws = (14, 7_500, 5_000, 7, 30, 6_667, 1_000, 9, 86_400, 600, self.proxies)
        types = ["uint8", "uint16", "bytes32", "bytes32", "uint32", wire.CALL, wire.CALL, wire.BYLAWS]
        data = encode(types, [0, 2025, b"\1" * 32, DOCUMENTS, len(self.roll), *calls, bylaws])
        self.log(RAT, wire.CONVENED, (self.meeting, RELAY), data)
        for number, put in enumerate(contents, 1):
            self.log(RAT, wire.MOTION_PUT, (self.meeting, number), encode([wire.MOTION], [put]))
        self.model = Meeting(
            Notice(
                number=self.meeting,
                roll=self.roll,
                motions=self.put,
                first=FIRST,
                second=SECOND,
                bylaws=MeetingBylaws(7_500, 5_000, 600, self.proxies),  # type: ignore[arg-type]
            )
        )

    def paper(self, member: int, votes: Mapping[int, Vote] | int, call: int = 1, **changes: Any) -> Paper:
        """A signed ballot paper; `changes` are made after signing, `signer` and `signed` before."""
        choices = votes if isinstance(votes, int) else Boxes(self.put).pack(votes)
        meeting, deadline = (
            changes.pop("signed_meeting", self.meeting),
            changes.pop("signed_deadline", FOREVER),
        )
        signature = sign(changes.pop("signer", member), "Ballot", (member, meeting, call, choices, deadline))
        fields = {"meeting": meeting, "call": call, "deadline": deadline, "choices": choices}
        return Paper(**{"member": MemberNumber(member), "signature": signature, **fields, **changes})

    def check_in_paper(self, member: int, call: int = 1) -> Paper:
        signature = sign(member, "CheckIn", (member, self.meeting, call, FOREVER))
        return Paper(MemberNumber(member), self.meeting, call, FOREVER, signature=signature)

    def cast(
        self, papers: Sequence[Paper], time: int = FIRST.opens_at + 60, bad: Iterable[int] = ()
    ) -> list[Refusal]:
        """A relayed batch; `bad`: indices of papers whose signature is not good."""
        return self._batch("cast(uint32,bytes)", papers, time, set(bad))

    def check_in(
        self, members: Sequence[int], time: int = FIRST.opens_at + 30, call: int = 1
    ) -> list[Refusal]:
        papers = [self.check_in_paper(member, call) for member in members]
        return self._batch("checkIn(uint32,bytes)", papers, time, set())

    def transaction_of(self, papers: Sequence[Paper], time: int = FIRST.opens_at + 60) -> None:
        """A relayed batch without its events."""
        self._at(time)
        arguments = encode(["uint32", "bytes"], [self.meeting, pack_papers(papers)])
        self.send(wire.CAST_CALL + arguments.hex())

    def _batch(self, function: str, papers: Sequence[Paper], time: int, bad: set[int]) -> list[Refusal]:
        self._at(time)
        self.send(
            wire.selector(function) + encode(["uint32", "bytes"], [self.meeting, pack_papers(papers)]).hex()
        )
        ballots = function.startswith("cast(")
        take = self.model.cast if ballots else self.model.check_in
        found = take([(paper, index not in bad) for index, paper in enumerate(papers)], time)
        call = self.model.open_call(time)
        self.say(papers, found, call, ballots)
        return found

    def say(self, papers: Sequence[Paper], found: Sequence[Refusal], call: int, ballots: bool) -> None:
        """The events of a batch."""
        refused = wire.BALLOT_REFUSED if ballots else wire.CHECK_IN_REFUSED
        taken = b""
        for index, (paper, reason) in enumerate(zip(papers, found, strict=True)):
            if reason:
                data = encode(["uint32", "uint8"], [index, reason])
                self.log(BOX, refused, (self.meeting, call, paper.member), data)
            else:
                taken += paper.member.to_bytes(4) + (paper.choices.to_bytes(32) if ballots else b"")
        if taken:
            kind = wire.CAST if ballots else wire.CHECKED_IN
            self.log(BOX, kind, (self.meeting, call), encode(["bytes"], [taken]))

    def cast_own(self, member: int, votes: Mapping[int, Vote], time: int, sender: str = "") -> None:
        choices = Boxes(self.put).pack(votes)
        self._at(time)
        arguments = encode(["uint32", "uint32", "uint256"], [self.meeting, member, choices])
        self.send(wire.CAST_OWN_CALL + arguments.hex(), sender or account(member).address)
        call = self.model.open_call(time)
        paper = Paper(MemberNumber(member), self.meeting, call, FOREVER, choices)
        self.say([paper], self.model.cast([(paper, True)], time), call, True)

    def through_contract(self, member: int, votes: Mapping[int, Vote], time: int) -> None:
        """A ballot whose calldata is not at the top of its transaction."""
        choices = Boxes(self.put).pack(votes)
        self._at(time)
        self.send("0xdeadbeef", to="0x" + "ee" * 20)
        call = self.model.open_call(time)
        paper = Paper(MemberNumber(member), self.meeting, call, FOREVER, choices)
        self.say([paper], self.model.cast([(paper, True)], time), call, True)

    def list_on_paper(self, members: Sequence[int], time: int, call: int) -> None:
        self._at(time)
        self.send("0x11111111")
        added = self.model.enter_paper_list([MemberNumber(each) for each in members], time)
        packed = b"".join(each.to_bytes(4) for each in added)
        self.log(
            BOX, wire.PAPER_LIST, (self.meeting, call), encode(["bytes32", "bytes"], [b"\3" * 32, packed])
        )

    def appoint(self, member: int, holder: int, time: int) -> None:
        self._at(time)
        signature = sign(member, "Proxy", (member, holder, self.meeting, FOREVER))
        values = [self.meeting, member, holder, FOREVER, signature]
        self.send(wire.APPOINT_CALL + encode(wire.ARGUMENTS[wire.APPOINT_CALL], values).hex())
        self.model.appoint_proxy(MemberNumber(member), MemberNumber(holder))
        self.log(BOX, wire.PROXY, (self.meeting, member, holder), b"")

    def cast_by_proxy(self, member: int, holder: int, votes: Mapping[int, Vote], time: int) -> None:
        choices = Boxes(self.put).pack(votes)
        self._at(time)
        call = self.model.open_call(time)
        signature = sign(holder, "Ballot", (member, self.meeting, call, choices, FOREVER))
        values = [self.meeting, member, choices, FOREVER, signature]
        self.send(wire.CAST_BY_PROXY_CALL + encode(wire.ARGUMENTS[wire.CAST_BY_PROXY_CALL], values).hex())
        self.model.cast_by_proxy(MemberNumber(member), choices, time)
        paper = Paper(MemberNumber(member), self.meeting, call, FOREVER, choices)
        self.say([paper], [Refusal.NONE], call, True)

    def declare(self, motion: int, time: int) -> None:
        self._at(time)
        self.send("0x22222222")
        self.model.declare_consensus(motion, time)
        self.log(
            BOX, wire.CONSENSUS, (self.meeting, motion), encode(["address", "uint40"], [RELAY, time + 600])
        )

    def object_to(self, motion: int, member: int, time: int) -> None:
        self._at(time)
        signature = sign(member, "Objection", (member, self.meeting, motion, FOREVER))
        values = [self.meeting, motion, member, FOREVER, signature]
        self.send(wire.OBJECT_CALL + encode(wire.ARGUMENTS[wire.OBJECT_CALL], values).hex())
        self.model.object_to(motion, MemberNumber(member), time)
        self.log(BOX, wire.OBJECTION, (self.meeting, motion, member), b"")

    def withdraw(self, motion: int, time: int) -> None:
        self._at(time)
        self.send("0x33333333")
        self.model.withdraw(motion, time)
        self.log(RAT, wire.WITHDRAWN, (self.meeting, motion), encode(["address"], [RELAY]))

    def fill_seat(self, motion: int, seat: int, member: int, time: int) -> None:
        self._at(time)
        self.send("0x44444444")
        types = ["uint8", "uint64", "uint32", "address", "uint40"]
        self.log(RAT, wire.SEAT_FILLED, (self.meeting, motion), encode(types, [seat, 1, member, RELAY, time]))

    def carry_out(self, motion: int, time: int) -> None:
        self._at(time)
        self.send("0x55555555", to=RAT)
        self.log(RAT, wire.CARRIED_OUT, (RAT, self.meeting, motion), b"")

    def send(self, data: str, sender: str = RELAY, to: str = BOX) -> None:
        """A transaction; the logs after it are its."""
        self.transaction = hexed(keccak(text=f"{len(self.transactions)}"))
        self.transactions[self.transaction] = Transaction(sender.lower(), to, data)

    def log(self, address: str, kind: str, topics: Sequence[int | str], data: bytes) -> None:
        index = self.logs[-1].index + 1 if self.logs and self.logs[-1].block == self.block else 0
        transaction = "" if address == REGISTRY else self.transaction
        where = (self.block, index, transaction, address)
        self.logs.append(Log(*where, (kind, *map(word, topics)), hexed(data)))

    def _at(self, time: int) -> None:
        self.block += 1
        self.times[self.block] = time

    def change(self, kind: str, edit: Callable[[bytes], bytes]) -> None:
        """Rewrite the packed bytes of the last event of a kind."""
        at = max(index for index, log in enumerate(self.logs) if log.topics[0] == kind)
        (packed,) = decode(["bytes"], wire.bytes_of(self.logs[at].data))
        data = encode(["bytes"], [edit(packed)])
        self.logs[at] = msgspec.structs.replace(self.logs[at], data=hexed(data))

    def change_candidate(self, place: int, edit: Callable[[Any], tuple[Any, ...]]) -> None:
        """Rewrite a candidate (member, account, deadline, consent) of motion 2, as its event has it."""
        at = next(
            index
            for index, log in enumerate(self.logs)
            if log.topics[0] == wire.MOTION_PUT and log.topics[2] == word(2)
        )
        (put,) = decode([wire.MOTION], wire.bytes_of(self.logs[at].data))
        offices, term_days, tie_rule, candidates, outgoing = put[5]
        changed = list(candidates)
        changed[place] = edit(changed[place])
        election = (offices, term_days, tie_rule, changed, outgoing)
        data = encode([wire.MOTION], [(*put[:5], election)])
        self.logs[at] = msgspec.structs.replace(self.logs[at], data=hexed(data))

    def bundle(self) -> Bundle:
        return Bundle(
            version=VERSION,
            chain_id=CHAIN_ID,
            rat=RAT,
            box=BOX,
            registry=REGISTRY,
            authority=AUTHORITY,
            rp_id=RP_ID,
            meeting=self.meeting,
            block=self.block,
            block_hash="0x" + "77" * 32,
            until=self.until,
            times=self.times,
            logs=self.logs,
            transactions=self.transactions,
            contracts=self.contracts,
        )


def candidate(member: int, election: bytes, recovered: Sequence[int]) -> tuple[Any, ...]:
    """Who stands with the member's own account, and consents."""
    holder = account(member).address
    values = (member, election, holder, FOREVER)
    if member not in recovered:
        return member, holder, FOREVER, sign(member, "Candidacy", values)
    key = account(100 + member)
    return member, holder, FOREVER, key.unsafe_sign_hash(digest("Candidacy", values)).signature


def content(motion: Motion, number: int, recovered: Sequence[int]) -> tuple[Any, ...]:
    """The Motion of IRAT, its candidates' consents by the signers that they have at the notice."""
    if isinstance(motion, Election):
        offices, term_days = [1] * motion.seats, 1_461
        first = (FIRST.opens_at, FIRST.closes_at)
        types = ["bytes32", "bytes32", wire.CALL, "uint64[]", "uint16"]
        stands_for = keccak(encode(types, [DOCUMENTS, SALT, first, offices, term_days]))
        candidates = [candidate(member, stands_for, recovered) for member in motion.candidates]
        election = (offices, term_days, 0, candidates, [])
        return (1, 0, f"Pemilihan {number}", b"\0" * 32, [], election)
    actions = [(AUTHORITY, b"\1\2\3\4")] if motion.weighty else []
    return (0, motion.majority_bps, f"Usul {number}", b"\0" * 32, actions, ([], 0, 0, [], []))


def votes(**marks: Any) -> dict[int, Vote]:
    """m1="FOR", m2=(4, 7): the votes of a paper."""
    return {
        int(name[1:]): Choice[mark] if isinstance(mark, str) else frozenset(map(MemberNumber, mark))
        for name, mark in marks.items()
    }
