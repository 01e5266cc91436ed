"""75,000 ballots of 100,000 members, a third by passkey: recounted in minutes."""

import os
import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from recount.recount import recount
from recount.signatures import BALLOT, digest_of, domain_separator
from rules.ballots import Paper
from rules.types import MemberNumber, Refusal
from tests.recount.village import BOX, CHAIN_ID, FIRST, FOREVER, Village, account, has_passkey, passkey

MEMBERS, BALLOTS, BATCH = 99_998, 75_000, 300
CHOICES = 0b1_0011_10_01_01
MOST_SECONDS = 300


def signed(member: int) -> tuple[bytes, str]:
    """A ballot's signature and the member's signer."""
    digest = digest_of(domain_separator(CHAIN_ID, BOX), BALLOT, (member, 3, 1, CHOICES, FOREVER))
    if has_passkey(member):
        return passkey(member).sign(digest), passkey(member).key_hash
    signature: bytes = account(member).unsafe_sign_hash(digest).signature
    return signature, account(member).address


@pytest.mark.nightly
def test_recount__75_000_ballots__takes_under_five_minutes_on_two_cores() -> None:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        made = list(pool.map(signed, range(1, MEMBERS + 1), chunksize=500))
    village = Village(size=MEMBERS, signers=[signer for _, signer in made])
    for first in range(1, BALLOTS + 1, BATCH):
        papers = [
            Paper(MemberNumber(member), 3, 1, FOREVER, CHOICES, made[member - 1][0])
            for member in range(first, min(first + BATCH, BALLOTS + 1))
        ]
        village.transaction_of(papers, FIRST.opens_at + 60)
        village.say(papers, [Refusal.NONE] * len(papers), 1, True)
    bundle = village.bundle()
    started = time.monotonic()
    report = recount(bundle).report
    seconds = time.monotonic() - started
    assert report["differences"] == []
    assert report["motions"]["1"]["FOR"] == report["first_call"]["ballots"] == BALLOTS
    assert seconds < MOST_SECONDS
