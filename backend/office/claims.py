"""The tree of members' claims at a close, its salts, and a member's proof in it."""

import secrets
import time
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, insert, select, update

from backend.database import overwrite
from backend.schema import CLAIM_SALT, CLAIM_TREE
from indexer.ledger import schema
from indexer.ledger.accounts import KIND_ACCOUNTS
from indexer.ledger.closes import balances_of_first, figures
from indexer.reports.bundles import CapturedClose, require_claims
from indexer.reports.claims import claims as claims_of
from rules.calendar import day_text
from rules.claims import SALT_BYTES, ClaimError, ClaimsTree, split
from rules.types import MemberNumber, WibDay
from verifier.bundle import VERSION, ClaimBundle, ClaimPart, Sibling


class ClaimsError(Exception):
    """No tree, or no proof in it: why, in Indonesian and English."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian, self.english = indonesian, english
        super().__init__(f"{indonesian} / {english}")


class Prepared(NamedTuple):
    """What a close attests of members' claims: `entries` of the ledger, the tree, and how many members are
    in it."""

    entries: int
    tree: ClaimsTree
    members: int


class ClaimsOffice:
    """Trees of one cooperative's claims, in the office database."""

    def __init__(self, engine: Engine, cooperative_id: int) -> None:
        self._engine = engine
        self._mine = cooperative_id

    def prepare(self, ledger: Connection, through: WibDay) -> Prepared:
        """The tree for a close through a day; the one that was made before if it is of the same claims.

        MonthNotEndedError; ClaimsError if savings in the books are not those of members.
        """
        entries = figures(ledger, through, self._mine).entries
        claims = claims_of(ledger, through, entries, self._mine)
        balances = balances_of_first(ledger, through, entries, self._mine)
        owed = -sum(balances.get(account, 0) for account in KIND_ACCOUNTS.values())
        if owed != sum(map(sum, claims.values())):
            raise ClaimsError(
                f"Simpanan menurut buku Rp {owed}, menurut anggota Rp {sum(map(sum, claims.values()))}.",
                f"Savings by the books are Rp {owed}, by member Rp {sum(map(sum, claims.values()))}.",
            )
        tree = self.find(through, entries)
        if tree is not None and not self._is_of(tree, through, entries, claims):
            if _is_attested(ledger, tree, self._mine):
                day = day_text(through)
                raise ClaimsError(
                    f"Daftar simpanan {day} yang disimpan tidak lagi sama dengan buku.",
                    f"The tree of claims of {day} that was kept is not that of the books any more.",
                )
            self._forget(through, entries)
            tree = None
        return Prepared(entries, tree or self._make(through, entries, claims), len(claims))

    def find(self, through: WibDay, entries: int) -> ClaimsTree | None:
        """The tree that was made for a close."""
        table = CLAIM_TREE.c
        query = select(table.leaves).where(
            table.cooperative_id == self._mine, table.through == through, table.entries == entries
        )
        with self._engine.connect() as connection:
            leaves = connection.execute(query).scalar_one_or_none()
        return None if leaves is None else ClaimsTree.of(bytes(leaves))

    def _is_of(
        self, tree: ClaimsTree, through: WibDay, entries: int, claims: Mapping[int, tuple[int, ...]]
    ) -> bool:
        """Whether a kept tree is of these claims: a branch that the chain left may have had as many entries.
        Of members whose salts were destroyed only the sum tells."""
        table = CLAIM_SALT.c
        query = select(table.member, table.salt).where(
            table.cooperative_id == self._mine, table.through == through, table.entries == entries
        )
        with self._engine.connect() as connection:
            salts = dict(connection.execute(query).tuples().all())
        if tree.total != sum(map(sum, claims.values())) or salts.keys() != claims.keys():
            return False
        return all(
            tree.has(part.record)
            for member, salt in salts.items()
            if salt is not None
            for part in split(MemberNumber(member), claims[member], bytes(salt))
        )

    def _forget(self, through: WibDay, entries: int) -> None:
        """Drop a tree that no close attests, and its salts."""
        with self._engine.begin() as connection:
            for table in (CLAIM_SALT, CLAIM_TREE):
                mine = (table.c.cooperative_id == self._mine, table.c.through == through)
                connection.execute(delete(table).where(*mine, table.c.entries == entries))

    def _make(self, through: WibDay, entries: int, claims: Mapping[int, tuple[int, ...]]) -> ClaimsTree:
        salts = {member: secrets.token_bytes(SALT_BYTES) for member in claims}
        tree = ClaimsTree(
            part.record
            for member, amounts in claims.items()
            for part in split(MemberNumber(member), amounts, salts[member])
        )
        place = {"cooperative_id": self._mine, "through": through, "entries": entries}
        row = {**place, "total": tree.total, "root": tree.root, "leaves": tree.leaves}
        with self._engine.begin() as connection:
            connection.execute(insert(CLAIM_TREE).values(row))
            if salts:
                rows = [{**place, "member": member, "salt": salt} for member, salt in salts.items()]
                connection.execute(insert(CLAIM_SALT), rows)
        return tree

    def bundle(self, ledger: Connection, close: CapturedClose, member: MemberNumber) -> ClaimBundle:
        """A member's proof at a captured close. NoCloseError if it has no claims, ClaimsError."""
        require_claims(close)
        tree = self.find(close.through, close.entries)
        if tree is None or tree.root != close.claims_root:
            raise ClaimsError(
                f"Daftar simpanan tutup buku {day_text(close.through)} tidak ada di kantor ini.",
                f"The tree of claims of the close of {day_text(close.through)} is not in this office.",
            )
        amounts = claims_of(ledger, close.through, close.entries, self._mine).get(member)
        salt = self._salt(close, member)
        if amounts is None or salt is None:
            raise ClaimsError(
                f"Anggota {member} tidak punya bukti pada {day_text(close.through)}: tidak ada "
                "simpanan, atau garamnya dimusnahkan.",
                f"Member {member} has no proof at {day_text(close.through)}: no savings, or the salt "
                "was destroyed.",
            )
        parts = []
        for part in split(member, amounts, salt):
            index, path = _placed(tree, part.record, close)
            siblings = [Sibling(each[:-8].hex(), str(int.from_bytes(each[-8:], "big"))) for each in path]
            parts.append(ClaimPart(part.salt.hex(), [str(each) for each in part.amounts], index, siblings))
        return ClaimBundle(VERSION, member, tree.size, parts, close.evidence.close)

    def _salt(self, close: CapturedClose, member: int) -> bytes | None:
        table = CLAIM_SALT.c
        query = select(table.salt).where(
            table.cooperative_id == self._mine,
            table.through == close.through,
            table.entries == close.entries,
            table.member == member,
        )
        with self._engine.connect() as connection:
            salt = connection.execute(query).scalar_one_or_none()
        return None if salt is None else bytes(salt)

    def destroy(self, member: MemberNumber) -> int:
        """Destroy a member's salts of all closes (`overwrite`): no proof of theirs can be made again. How
        many there were."""
        table = CLAIM_SALT.c
        change = update(CLAIM_SALT).where(
            table.cooperative_id == self._mine, table.member == member, table.salt.is_not(None)
        )
        return overwrite(self._engine, change.values(salt=None, destroyed_at=int(time.time())))


def _is_attested(ledger: Connection, tree: ClaimsTree, cooperative_id: int) -> bool:
    close = schema.closes.c
    query = select(close.block_number).where(
        close.cooperative_id == cooperative_id, close.claims_root == tree.root
    )
    return ledger.execute(query.limit(1)).first() is not None


def _placed(tree: ClaimsTree, record: bytes, close: CapturedClose) -> tuple[int, list[bytes]]:
    try:
        return tree.proof(record)
    except ClaimError as error:
        raise ClaimsError(
            f"Buku dan daftar simpanan {day_text(close.through)} berbeda: {error}.",
            f"Books and tree of claims of {day_text(close.through)} differ: {error}.",
        ) from error
