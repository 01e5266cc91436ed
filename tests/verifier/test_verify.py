"""What each kind of bundle is refused for, beyond altered bytes: right proofs of another statement."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.surplus.tree import ShareTree
from rules.types import Channel, MemberNumber, Rupiah
from tests.verifier.ground import BOOKS, MEMBERS, NAMES, THROUGH, YEAR, Ground, ground, right_bundles
from verifier.bundle import Bundle, Contract, SolvencyBundle, StateBundle, decode, encode
from verifier.closes import plain, read_close
from verifier.errors import CODES, RefusedError
from verifier.report import REPLACED, Report
from verifier.verify import verify

replace = msgspec.structs.replace


def refused(bundle: Bundle, house: Ground | None = None, names: dict[str, str] | None = NAMES) -> str:
    """The code that a bundle is refused with."""
    with pytest.raises(RefusedError) as caught:
        verify(encode(bundle), (house or ground()).block_hashes, names)
    return caught.value.code


def solvency() -> SolvencyBundle:
    bundle = right_bundles()["solvency"]
    assert isinstance(bundle, SolvencyBundle)
    return bundle


def test_every_entry__in_both_closes__is_proven() -> None:
    made = ground()
    for number in (1, 2, 39, 40):
        for at in (0, 1):
            report = verify(encode(made.entry(number, at)), made.block_hashes, NAMES)
            assert report.figures["entry"]["number"] == number
    assert verify(encode(made.entry(53)), made.block_hashes).figures["close"]["entries"] == 53


def test_entry__after_the_close__is_not_in_it() -> None:
    late = replace(ground().entry(53), close=ground().close_log(0))
    assert refused(late) == "INCLUSION"


def test_claim__of_every_member__and_together_they_are_the_total() -> None:
    made, total = ground(), 0
    for member in range(1, MEMBERS + 1):
        report = verify(encode(made.claim(member)), made.block_hashes, NAMES)
        claim = report.figures["claim"]
        assert tuple(map(int, claim.values())) == made.claims[member]
        total += sum(map(int, claim.values()))
    assert str(total) == report.figures["close"]["claims_total"]


def test_claim__with_one_leaf_for_two_parts__is_refused() -> None:
    claim = ground().claim(3)
    twice = replace(claim, parts=[claim.parts[0], *claim.parts[:1], *claim.parts[2:]])
    assert refused(twice) == "CLAIM"


def test_claim__of_another_member__is_refused() -> None:
    assert refused(replace(ground().claim(3), parts=ground().claim(4).parts)) == "CLAIM_ROOT"


def test_claim__at_a_close_without_claims__is_told() -> None:
    made = Ground()
    made.claims_tree.root = bytes(32)  # type: ignore[misc]
    made.blocks[1] = made.close(1, 53)
    made.block_hashes = {made.blocks[1].hash}
    assert refused(made.claim(3), made) == "INCOMPLETE"


def test_share__of_another_member_year_or_amount__is_refused() -> None:
    five = ground().share(5)
    assert refused(replace(five, path=ground().share(4).path)) == "SHARE"
    assert refused(replace(five, member=4, amount="4000")) == "SHARE"
    assert refused(replace(five, year=2024)) == "SHARE"
    assert refused(replace(five, path=five.path[:-1])) == "SHARE"
    assert refused(replace(five, amount="0")) == "SHARE"


def allocated(made: Ground, values: list[object]) -> Ground:
    """The same cooperative with another log of the allocation."""
    made.allocation = lambda: values  # type: ignore[method-assign]
    made.blocks[1] = made.close(1, 53)
    made.block_hashes = {made.blocks[1].hash}
    return made


def test_share__above_the_members_pot__is_refused() -> None:
    made = Ground()
    made.shares = {MemberNumber(1): Rupiah(1_001), MemberNumber(2): Rupiah(1)}
    made.shares_tree = ShareTree(YEAR, made.shares)
    pots = [(2310, 1_000), (3200, 1_000)]
    values = [2_000, pots, made.shares_tree.root, bytes(32), THROUGH[0]]
    assert refused(allocated(made, values).share(1), made) == "SHARE"
    verify(encode(made.share(2)), made.block_hashes)


def test_share__in_a_log_whose_pots_are_not_its_total__is_refused() -> None:
    made = Ground()
    values = made.allocation()
    assert refused(allocated(made, [1, *values[1:]]).share(1), made) == "LOG"


def test_share__against_a_log_that_allocates_nothing__is_refused() -> None:
    assert refused(replace(ground().share(5), allocation=ground().close_log(1))) == "LOG"


def test_consistency__the_wrong_way_round__is_refused() -> None:
    bundle = ground().consistency()
    assert refused(replace(bundle, old=bundle.new, new=bundle.old)) == "CONSISTENCY"


def test_log__of_a_contract_that_is_not_the_cooperatives__is_refused__if_that_is_known() -> None:
    stranger = {address: name for address, name in NAMES.items() if name != "Books"} | {"77" * 20: "Books"}
    assert refused(ground().entry(3), names=stranger) == "CONTRACT"
    report = verify(encode(ground().entry(3)), ground().block_hashes)
    assert any(BOOKS.hex() in english for _, english in report.unchecked)


def test_log__of_another_event__is_refused() -> None:
    other = replace(ground().entry(3), close=replace(ground().close_log(1), log=0))
    assert refused(other) == "LOG"
    attested = replace(solvency(), attestations=[ground().close_log(1)])
    assert refused(attested) == "LOG"


def without_a_channel(treasury: Contract) -> Contract:
    return replace(treasury, figures=treasury.figures[:2])


@pytest.mark.parametrize(
    "change",
    [
        lambda contracts: contracts[1:],
        lambda contracts: contracts[:-1],
        lambda contracts: [*contracts, contracts[-1]],
        lambda contracts: [contracts[1], contracts[0], *contracts[2:]],
        lambda contracts: [*contracts[:4], without_a_channel(contracts[4]), contracts[5]],
    ],
    ids=["without pokok", "without loans", "a loan book twice", "out of order", "without a channel"],
)
def test_state__that_is_not_whole__is_refused(change: Callable[[Any], list[Contract]]) -> None:
    state = replace(solvency().state, contracts=change(solvency().state.contracts))
    assert refused(replace(solvency(), state=state)) == "INCOMPLETE"


def test_state__of_another_contract_under_a_name__is_refused() -> None:
    contracts = solvency().state.contracts
    as_pokok = replace(contracts[1], name="SavingsPokok")
    as_wajib = replace(contracts[0], name="SavingsWajib")
    state = replace(solvency().state, contracts=[as_pokok, as_wajib, *contracts[2:]])
    assert refused(replace(solvency(), state=state)) == "CONTRACT"


def test_state__before_the_close__is_refused() -> None:
    made = Ground()
    made.blocks[0] = made.close(0, 40)
    made.block_hashes = {block.hash for block in made.blocks}
    assert refused(replace(made.solvency(), state=made.state_of(0)), made) == "INCOMPLETE"


def test_solvency__says_what_is_there__channel_by_channel() -> None:
    figures = verify(encode(solvency()), ground().block_hashes, NAMES).figures
    claims = sum(map(sum, ground().claims.values()))
    held = ground().amounts()["Treasury"]
    assert figures["claims"] == str(claims)
    assert figures["coverage_bps"] == sum(held.values()) * 10_000 // claims
    assert figures["channels"] == {
        channel.name: {
            "books": str(held[channel]),
            "counted": None if channel == Channel.STABLECOIN else str(held[channel]),
        }
        for channel in Channel
    }


def test_solvency__surplus_not_yet_paid__is_told_apart_from_the_claims() -> None:
    made = Ground()
    text = made.trial_balance(1).replace("1210 7300000 0", "1210 7400000 0\n2310 0 100000")
    made.trial_balance = lambda _at: text  # type: ignore[method-assign]
    made.blocks[1] = made.close(1, 53)
    made.block_hashes = {made.blocks[1].hash}
    report = verify(encode(made.solvency()), made.block_hashes)
    assert report.figures["shu_payable"] == "100000"
    assert int(report.figures["claims"]) == sum(map(sum, made.claims.values()))
    assert any("surplus not yet paid to members: Rp 100.000" in english for _, english in report.checked)


def test_solvency__without_a_count__is_accepted__and_told() -> None:
    bundle = replace(solvency(), attestations=solvency().attestations[:1])
    report = verify(encode(bundle), ground().block_hashes)
    assert any("BANK" in english and "did not attest" in english for _, english in report.unchecked)
    assert report.figures["channels"]["BANK"]["counted"] is None


@pytest.mark.parametrize("order", [(1, 0), (0, 0)])
def test_solvency__attestations_out_of_order_or_twice__are_refused(order: tuple[int, int]) -> None:
    attested = [solvency().attestations[at] for at in order]
    assert refused(replace(solvency(), attestations=attested)) == "ATTESTATION"


def test_solvency__attestation_of_another_day__is_refused() -> None:
    old = replace(solvency(), attestations=[ground().blocks[0].log(2, 0)])
    assert refused(old) == "ATTESTATION"


@pytest.mark.parametrize(
    ("change", "is_refused"),
    [
        (lambda text: text.replace("\n3110 0 ", "\n3110 0 1"), True),
        (lambda text: text.replace("1110 5000000", "1110 5000001").replace("7300000", "7299999"), False),
        (lambda text: text.replace("\n3110 ", "\n3111 "), True),
        (lambda text: text + "\n", True),
        (lambda text: text.replace("2025-10", "2025-09"), True),
    ],
    ids=["unbalanced", "other figures", "claims that differ", "not as written down", "of another close"],
)
def test_solvency__trial_balance_that_was_closed_but_is_wrong(
    change: Callable[[str], str], is_refused: bool
) -> None:
    made = Ground()
    text = change(made.trial_balance(1))
    made.trial_balance = lambda _at: text  # type: ignore[method-assign]
    made.blocks[1] = made.close(1, 53)
    made.block_hashes = {made.blocks[1].hash}
    bundle = made.solvency()
    if is_refused:
        assert refused(bundle, made) == "TRIAL_BALANCE"
    else:
        report = verify(encode(bundle), made.block_hashes)
        told = [english for _, english in report.unchecked if "movements after that day" in english]
        assert [("KAS Rp -1" in english) for english in told] == [True]


def test_close__figures__are_those_of_the_log() -> None:
    close = read_close(ground().close_log(0), ground().block_hashes, Report("entry"))
    assert plain(close) == {
        "block": 1000,
        "through": "2025-09-30",
        "entries": 40,
        "ledger_root": "0x" + ground().tree.root(40).hex(),
        "trial_balance_hash": "0x" + hashlib.sha256(ground().trial_balance(0).encode()).hexdigest(),
        "claims_root": "0x" + ground().claims_tree.root.hex(),
        "claims_total": str(ground().claims_tree.total),
        "maker": 900,
        "checker": 907,
    }


def test_bundle__written_and_read_again__is_the_same_to_the_byte() -> None:
    for bundle in right_bundles().values():
        assert decode(encode(bundle)) == bundle
        assert encode(decode(encode(bundle))) == encode(bundle)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FORMAT"),
        (b"[]", "FORMAT"),
        (b'{"kind":"loan","koperasi":1}\n', "FORMAT"),
        (b"\xff\xfe", "FORMAT"),
        (b"[" * 100_000, "FORMAT"),
    ],
)
def test_bundle__that_is_none__is_refused(content: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        verify(content, ground().block_hashes)
    assert caught.value.code == code


def test_bundle__of_a_later_version__or_with_white_space__is_refused() -> None:
    content = encode(ground().claim(3))
    for changed, code in (
        (content.replace(b'"koperasi":1', b'"koperasi":2'), "VERSION"),
        (content.replace(b",", b", ", 1), "NOT_CANONICAL"),
        (content + b"\n", "NOT_CANONICAL"),
        (content[:-1], "FORMAT"),
        (content.replace(b'"member":3', b'"extra":1,"member":3'), "FORMAT"),
    ):
        with pytest.raises(RefusedError) as caught:
            decode(changed)
        assert caught.value.code == code


def test_codes__have_words_in_both_languages() -> None:
    assert all(len(words) == 2 and all(words) for words in CODES.values())


def test_codes__are_all_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "verify.md").read_text("utf-8").partition("## Codes")[2]
    assert set(re.findall(r"`([A-Z_]{3,})`", page)) == set(CODES)


@pytest.mark.parametrize(
    "put", ["é", "²", "9" * 6000, "\x00", "\n"], ids=["letter", "digit", "long", "nul", "line"]
)
def test_entry__with_something_put_in_anywhere__is_refused_in_words(put: str) -> None:
    right = ground().entry(3)
    for at in range(len(right.contents) + 1):
        text = right.contents[:at] + put + right.contents[at:]
        assert refused(replace(right, contents=text)) in ("ENTRY", "INCLUSION")


@pytest.mark.parametrize("put", ["\n\x1b[2K\rDITERIMA / ACCEPTED: state\n", "\u202eDETPECCA", "\x07" * 9_000])
def test_refused__words_of_the_bundle__cannot_pass_for_ours(put: str) -> None:
    """A terminal would show a refused bundle as accepted."""
    state = right_bundles()["state"]
    assert isinstance(state, StateBundle)
    renamed = [replace(each, name=put) for each in state.state.contracts]
    by_name = encode(replace(state, state=replace(state.state, contracts=renamed)))
    by_kind = encode(state).replace(b'"kind":"state"', b'"kind":' + msgspec.json.encode(put))
    for content, code in ((by_name, "INCOMPLETE"), (by_kind, "FORMAT")):
        with pytest.raises(RefusedError) as caught:
            verify(content, ground().block_hashes)
        assert caught.value.code == code
        for text in (caught.value.indonesian, caught.value.english):
            assert text.isprintable()
            assert len(text) < 5_000


def test_close__may_have_been_replaced__is_said_once() -> None:
    for kind in ("entry", "claim", "consistency", "solvency"):
        report = verify(encode(right_bundles()[kind]), ground().block_hashes)
        assert report.unchecked.count(REPLACED) == 1
