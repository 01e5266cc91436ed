"""A decision of more actions than a transaction holds: adopted by its hash, carried out step by step, once."""

from collections.abc import Sequence
from typing import Any, Final

from eth_abi import encode
from eth_utils import keccak

from tests.contracts.actors import BENDAHARA, DAY, House, now, refused, travel
from tests.contracts.meetings import call_of, decide, relay

Actions = list[tuple[str, bytes]]
NOTHING: Final = bytes(32)


def steps_of(steps: Sequence[Actions]) -> list[bytes]:
    """The hash of each step, and zero after the last."""
    hashes = [NOTHING]
    for actions in reversed(steps):
        hashes.append(keccak(encode(["bytes32", "(address,bytes)[]"], [hashes[-1], actions])))
    return hashes[::-1]


def limit(house: House, rupiah: int) -> tuple[str, bytes]:
    return call_of(house.Treasury, "setTellerLimit", rupiah)


def option(house: House, value: int) -> tuple[str, bytes]:
    return call_of(house.Books, "adoptOption", b"o".ljust(32, b"\0"), value.to_bytes(32), now() // DAY)


def adopt(house: House, steps: Sequence[Actions]) -> list[bytes]:
    """A sequence that a meeting adopted; the hashes of its steps."""
    hashes = steps_of(steps)
    decide(house, [call_of(house.RAT, "adoptSequence", hashes[0])])
    return hashes


def carry_out(house: House, actions: Actions, rest: bytes) -> Any:
    return house.RAT.carryOutNext(actions, rest, {"from": relay()})


def test_sequence__step_by_step__each_once_and_in_order(house: House) -> None:
    steps = [[limit(house, 1), option(house, 7)], [limit(house, 2)], [limit(house, 3)]]
    hashes = adopt(house, steps)
    until = house.RAT.nextStep()[1]
    assert house.RAT.nextStep()[0] == "0x" + hashes[0].hex()
    assert now() + 179 * DAY < until <= now() + 180 * DAY
    with refused("RATSequenceDiffers", hashes[0], hashes[1]):
        carry_out(house, steps[1], hashes[2])
    tx = carry_out(house, steps[0], hashes[1])
    assert (tx.events["SequenceAdvanced"]["done"], tx.events["SequenceAdvanced"]["rest"]) == tuple(
        "0x" + word.hex() for word in hashes[:2]
    )
    assert house.Treasury.tellerLimit() == 1
    assert tx.events["OptionAdopted"]["value"] == "0x" + (7).to_bytes(32).hex()
    with refused("RATSequenceDiffers"):
        carry_out(house, steps[0], hashes[1])
    carry_out(house, steps[1], hashes[2])
    carry_out(house, steps[2], NOTHING)
    assert house.Treasury.tellerLimit() == 3
    assert house.RAT.nextStep()[0] == "0x" + "00" * 32
    for actions, rest in zip(steps, hashes[1:], strict=True):
        with refused("RATSequenceDiffers"):
            carry_out(house, actions, rest)


def test_sequence__another_amount_order_or_rest__refused(house: House) -> None:
    steps = [[limit(house, 1), option(house, 7)], [limit(house, 2)]]
    hashes = adopt(house, steps)
    for actions, rest in (
        ([limit(house, 2), option(house, 7)], hashes[1]),
        (steps[0][::-1], hashes[1]),
        (steps[0][:1], hashes[1]),
        (steps[0], NOTHING),
        ([], NOTHING),
    ):
        with refused("RATSequenceDiffers"):
            carry_out(house, actions, rest)


def test_sequence__nothing_adopted__refused(house: House) -> None:
    with refused("RATSequenceDiffers"):
        carry_out(house, [limit(house, 1)], NOTHING)


def test_sequence__an_action_fails__the_step_stays(house: House) -> None:
    bad = call_of(house.Treasury, "reopenAfter", 1)
    hashes = adopt(house, [[limit(house, 5), bad]])
    with refused("RATActionFailed"):
        carry_out(house, [limit(house, 5), bad], NOTHING)
    assert house.RAT.nextStep()[0] == "0x" + hashes[0].hex()
    assert house.Treasury.tellerLimit() != 5


def test_sequence__what_weighs__is_put_in_words_and_not_as_a_hash(house: House) -> None:
    """Roles, contracts, writers, by-laws, who is a member, and the ballot box are no part of a sequence."""
    laws = house.RAT.currentBylaws()
    for weighty in (
        call_of(house.Authority, "revokeOffice", BENDAHARA, house.bendahara.signer),
        call_of(house.RAT, "setBylaws", laws),
        call_of(house.RAT, "adoptSequence", b"\1" * 32),
        call_of(house.BallotBox, "withdraw", 1, 1),
        call_of(house.Treasury, "setWriter", house.RAT, now() + 40 * DAY, 0),
        call_of(house.MemberRegistry, "suspend", 101),
        call_of(house.MemberRegistry, "reinstate", 101),
    ):
        house.RAT.adoptSequence(steps_of([[weighty]])[0], {"from": house.admin})
        with refused("RATTargetClosed", weighty[0]):
            carry_out(house, [weighty], NOTHING)


def test_sequence__after_180_days__too_late(house: House) -> None:
    adopt(house, [[limit(house, 1)]])
    until = house.RAT.nextStep()[1]
    travel(until - now() + 1)
    with refused("RATTooLate", until):
        carry_out(house, [limit(house, 1)], NOTHING)


def test_sequence__another_one_adopted__takes_its_place(house: House) -> None:
    adopt(house, [[limit(house, 1)]])
    second = adopt(house, [[limit(house, 2)]])
    with refused("RATSequenceDiffers"):
        carry_out(house, [limit(house, 1)], second[1])
    carry_out(house, [limit(house, 2)], NOTHING)
    house.RAT.adoptSequence(steps_of([[limit(house, 3)]])[0], {"from": house.admin})
    house.RAT.adoptSequence(NOTHING, {"from": house.admin})
    with refused("RATSequenceDiffers"):
        carry_out(house, [limit(house, 3)], NOTHING)


def test_adopt_sequence__by_anyone_else__refused(house: House) -> None:
    for sender in (house.ketua.account, relay()):
        with refused("RATOnlySelf", sender.address):
            house.RAT.adoptSequence(b"\1" * 32, {"from": sender})


def test_sequence__rat_replaced__nothing_more(house: House) -> None:
    steps = [[limit(house, 1)]]
    adopt(house, steps)
    replacement = house.Books.address  # any contract: the RAT asks only whether it is the ADMIN itself
    house.Authority.scheduleAdmin(replacement, {"from": house.admin})
    travel(31 * DAY)
    house.Authority.enactAdmin({"from": relay()})
    with refused("RATReplaced", replacement):
        carry_out(house, steps[0], NOTHING)


def test_attack__step_re_entered(house: House) -> None:
    """An action that carries out the next step, or its own again, undoes the step."""
    second = steps_of([[limit(house, 2)]])
    inner = call_of(house.RAT, "carryOutNext", [limit(house, 2)], NOTHING)
    first = steps_of([[inner], [limit(house, 2)]])
    assert first[1] == second[0]
    house.RAT.adoptSequence(first[0], {"from": house.admin})
    with refused("RATTargetClosed", house.RAT.address):
        carry_out(house, [inner], first[1])
