"""register, open, seal: numbers, signers and accounts, each for one member for ever."""

import brownie
import pytest
from eth_utils import keccak, to_checksum_address

from tests.contracts.actors import (
    NEVER,
    PENGURUS,
    REGISTRAR,
    House,
    action,
    now,
    passkey_person,
    person,
    refused,
    register_action,
    registrations,
    today,
)
from tests.contracts.MemberRegistry.orders import leave

REGISTERED, ACTIVE = 1, 2
NEW = 500


@pytest.fixture(scope="module")
def marta():
    return person("marta", NEW)


@pytest.fixture(scope="module")
def nurul():
    return passkey_person("nurul", NEW + 1)


def register_rows(house: House, rows, maker=None, checker=None):
    signed = house.countersign(checker or house.ketua, house.MemberRegistry, register_action(rows))
    return house.MemberRegistry.register(rows, signed, {"from": (maker or house.registrar).account})


def test_register__address_and_passkey__registered(house: House, marta, nurul) -> None:
    tx = house.register([marta, nurul])
    first, second = tx.events["MemberRegistered"]
    assert (first["member"], first["account"], first["signer"]) == (NEW, marta.signer, marta.signer)
    assert (first["kind"], first["joinedOn"]) == (0, today())
    assert (second["member"], second["signer"], second["kind"]) == (NEW + 1, nurul.signer, 1)
    assert second["account"] not in (nurul.signer, brownie.ZERO_ADDRESS)
    for who, event in ((marta, first), (nurul, second)):
        found = house.MemberRegistry.memberOf(who.number).dict()
        assert found == {
            "signer": who.signer,
            "kind": who.kind,
            "status": REGISTERED,
            "recovered": False,
            "activeSince": 0,
            "changedAt": tx.timestamp,
            "account": event["account"],
        }
        assert house.MemberRegistry.numberOf(event["account"]) == who.number
    assert house.MemberRegistry.numberOf(nurul.signer) == 0
    assert house.MemberRegistry.activeCount() == len(house.members)


def test_register__earlier_join_date__kept(house: House, marta) -> None:
    tx = house.register([marta], today() - 400)
    assert tx.events["MemberRegistered"]["joinedOn"] == today() - 400


def test_register__tomorrow__refused(house: House, marta) -> None:
    with refused("RegistryDayInFuture", today() + 1, today()):
        house.register([marta], today() + 1)


@pytest.mark.parametrize("number", [0, 4_000_000_000, 2**32 - 1])
def test_register__number_out_of_bounds__refused(house: House, number: int) -> None:
    with refused("RegistryNumberInvalid", number):
        register_rows(house, [(number, brownie.accounts[3].address, 0, today())])


def test_register__last_number_of_members__registered(house: House) -> None:
    register_rows(house, [(3_999_999_999, brownie.accounts[3].address, 0, today())])


def test_register__number_taken__refused(house: House, marta) -> None:
    house.register([marta])
    for number in (marta.number, house.alice.number):
        with refused("RegistryNumberTaken", number):
            register_rows(house, [(number, brownie.accounts[3].address, 0, today())])


def test_register__number_of_one_who_left__refused(house: House, marta) -> None:
    house.register([marta])
    leave(house, marta)
    with refused("RegistryNumberTaken", marta.number):
        register_rows(house, [(marta.number, brownie.accounts[3].address, 0, today())])


def test_register__signer_of_another__refused(house: House) -> None:
    """Neither a signer nor a passkey's hash nor an account can be another's, whatever kind is said."""
    for taken, owner in ((house.alice.signer, house.alice), (house.citra.signer, house.citra)):
        for kind in (0, 1):
            with refused("RegistrySignerTaken", taken, owner.number):
                register_rows(house, [(NEW, taken, kind, today())])


def test_register__same_signer_twice_in_a_batch__refused(house: House, marta) -> None:
    rows = [(NEW, marta.signer, 0, today()), (NEW + 1, marta.signer, 0, today())]
    with refused("RegistrySignerTaken", marta.signer, NEW):
        register_rows(house, rows)
    assert house.MemberRegistry.lookup["uint32"](NEW)[0] == 0


def test_register__account_that_follows_from_a_number__refused(house: House) -> None:
    """Nobody can sit on the account of a member with a passkey, present or to come."""
    prefix = int.from_bytes(keccak(text="koperasi.member.account")[16:])
    for number in (house.citra.number, 77_777):
        derived = brownie.convert.to_address("0x" + ((prefix << 32) | number).to_bytes(20).hex())
        for kind in (0, 1):
            with refused("RegistrySignerInvalid", derived):
                register_rows(house, [(NEW, derived, kind, today())])
    assert house.MemberRegistry.memberOf(house.citra.number).dict()["account"] == brownie.convert.to_address(
        "0x" + ((prefix << 32) | house.citra.number).to_bytes(20).hex()
    )
    assert house.MemberRegistry.numberOf(derived) == 0


def test_register__no_signer__refused(house: House) -> None:
    with refused("RegistrySignerInvalid", brownie.ZERO_ADDRESS):
        register_rows(house, [(NEW, brownie.ZERO_ADDRESS, 0, today())])


@pytest.mark.parametrize("sender", ["ketua", "teller", "pengawas", "alice"])
def test_register__not_registrar__refused(house: House, marta, sender: str) -> None:
    with refused("AuthorityNotHeld", REGISTRAR, getattr(house, sender).signer):
        register_rows(house, registrations([marta], today()), maker=getattr(house, sender))


@pytest.mark.parametrize("checker", ["teller", "registrar", "pengawas", "alice"])
def test_register__checker_not_pengurus__refused(house: House, marta, checker: str) -> None:
    with refused("AuthorityNotHeld", PENGURUS, getattr(house, checker).signer):
        register_rows(house, registrations([marta], today()), checker=getattr(house, checker))


def test_register__other_rows_than_signed__refused(house: House, marta, nurul) -> None:
    rows = registrations([marta], today())
    signed = house.countersign(house.ketua, house.MemberRegistry, register_action(rows))
    with refused("AuthoritySignatureInvalid"):
        house.MemberRegistry.register(
            registrations([nurul], today()), signed, {"from": house.registrar.account}
        )


def test_register__signed_as_recovery__refused(house: House, marta) -> None:
    rows = registrations([marta], today())
    act = action("recover", ["(uint32,address,uint8,uint32)[]"], [rows])
    signed = house.countersign(house.ketua, house.MemberRegistry, act)
    with refused("AuthoritySignatureInvalid"):
        house.MemberRegistry.register(rows, signed, {"from": house.registrar.account})


def test_register__by_admin__needs_offices_too(house: House, marta) -> None:
    rows = registrations([marta], today())
    signed = house.countersign(house.ketua, house.MemberRegistry, register_action(rows))
    with refused("AuthorityNotHeld", REGISTRAR, house.admin.address):
        house.MemberRegistry.register(rows, signed, {"from": house.admin})


def test_open__by_admin__active_at_once(house: House, marta, nurul) -> None:
    before = house.MemberRegistry.activeCount()
    rows = registrations([marta, nurul], today() - 3_000)
    tx = house.MemberRegistry.open(rows, {"from": house.admin})
    assert [event["member"] for event in tx.events["MemberActivated"]] == [NEW, NEW + 1]
    assert house.MemberRegistry.activeCount() == before + 2
    assert house.MemberRegistry.memberOf(NEW).dict()["status"] == ACTIVE
    assert house.MemberRegistry.memberOf(NEW).dict()["activeSince"] == tx.timestamp


def test_open__others__refused(house: House, marta) -> None:
    for sender in (house.deployer, house.ketua.account, house.registrar.account, house.writer):
        with refused("AccessManagedUnauthorized", sender.address):
            house.MemberRegistry.open(registrations([marta], today()), {"from": sender})


def test_seal__once__open_is_closed(house: House, marta) -> None:
    with refused("AccessManagedUnauthorized", house.ketua.signer):
        house.MemberRegistry.seal({"from": house.ketua.account})
    tx = house.MemberRegistry.seal({"from": house.admin})
    assert tx.events["RegistrySealed"]["activeCount"] == len(house.members)
    assert house.MemberRegistry.isSealed()
    with refused("RegistryIsSealed"):
        house.MemberRegistry.open(registrations([marta], today()), {"from": house.admin})
    with refused("RegistryIsSealed"):
        house.MemberRegistry.seal({"from": house.admin})
    house.register([marta])


def test_register__expired_countersignature__refused(house: House, marta) -> None:
    rows = registrations([marta], today())
    signed = house.countersign(house.ketua, house.MemberRegistry, register_action(rows), now() - 1)
    assert signed[1] != NEVER
    with refused("AuthoritySignatureExpired", signed[1]):
        house.MemberRegistry.register(rows, signed, {"from": house.registrar.account})


def test_lookup__many__status_and_account_or_nothing(house: House, marta) -> None:
    house.register([marta])
    numbers = [house.alice.number, house.citra.number, marta.number, 999_999, 0]
    found = bytes(house.MemberRegistry.lookup["uint256[]"]([number << 224 | 7 for number in numbers]))
    assert len(found) == 32 * len(numbers)
    words = [int.from_bytes(found[at : at + 32]) for at in range(0, len(found), 32)]
    statuses = [word >> 160 for word in words]
    accounts = [to_checksum_address(f"{word % 2**160:040x}") for word in words]
    assert statuses == [ACTIVE, ACTIVE, REGISTERED, 0, 0]
    assert accounts[0] == house.alice.signer
    assert accounts[1] == house.MemberRegistry.memberOf(house.citra.number).dict()["account"]
    assert accounts[3:] == [brownie.ZERO_ADDRESS] * 2
    for number, status, account in zip(numbers, statuses, accounts, strict=True):
        assert tuple(house.MemberRegistry.lookup["uint32"](number)) == (status, account)
    assert house.MemberRegistry.numberOf(brownie.ZERO_ADDRESS) == 0
