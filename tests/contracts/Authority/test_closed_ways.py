"""AccessManager's own ways of changing roles are closed, to ADMIN too, in genesis and after."""

from collections.abc import Callable
from typing import Any

import brownie
import pytest

from tests.contracts.actors import ADMIN, KETUA, PUBLIC, TELLER, House, now, refused

Way = Callable[[House, dict[str, Any]], Any]


def ways(house: House) -> dict[str, tuple[Any, ...]]:
    target, account = house.MemberRegistry, house.alice.signer
    return {
        "setTargetFunctionRole": (target, ["0x11223344"], TELLER),
        "labelRole": (TELLER, "teller"),
        "grantRole": (ADMIN, account, 0),
        "revokeRole": (TELLER, house.teller.signer),
        "renounceRole": (ADMIN, house.admin),
        "setRoleAdmin": (TELLER, KETUA),
        "setRoleGuardian": (TELLER, KETUA),
        "setGrantDelay": (TELLER, 1),
        "setTargetAdminDelay": (target, 1),
        "setTargetClosed": (target, True),
        "updateAuthority": (target, house.RAT),
        "schedule": (target, "0x11223344", now() + 100),
        "execute": (target, "0x11223344"),
        "cancel": (account, target, "0x11223344"),
        "consumeScheduledOp": (account, "0x11223344"),
        "multicall": ([house.Authority.grantOffice.encode_input(KETUA, account, 9, now() + 100)],),
        **views(house),
    }


def views(house: House) -> dict[str, tuple[Any, ...]]:
    """Which would answer from tables that nobody writes."""
    target, account = house.MemberRegistry, house.alice.signer
    return {
        "getAccess": (TELLER, account),
        "canCall": (account, target, "0x11223344"),
        "getTargetFunctionRole": (target, "0x11223344"),
    }


def test_closed_ways__by_admin__refused(house: House, genesis: House) -> None:
    for deployed in (house, genesis):
        for name, arguments in ways(deployed).items():
            function = getattr(deployed.Authority, name)
            with refused("AuthorityFunctionDisabled", bytes.fromhex(function.signature[2:])):
                function.call(*arguments, {"from": deployed.admin})
            if name not in views(deployed):
                with refused("AuthorityFunctionDisabled"):
                    deployed.admin.transfer(deployed.Authority, data=function.encode_input(*arguments))


@pytest.mark.parametrize("account", ["alice", "ketua"])
def test_public_role__nobody_has_it(house: House, account: str) -> None:
    assert not house.holds(PUBLIC, getattr(house, account).signer)


def test_target_closed__never(house: House) -> None:
    assert not house.Authority.isTargetClosed(house.MemberRegistry)
    assert not house.Authority.isTargetClosed(brownie.ZERO_ADDRESS)
