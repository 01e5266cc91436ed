"""What members sign for the registry."""

from typing import Any

from tests.contracts.actors import NEVER, AnyMember, House, action, today, typed_digest

SIGNER_CHANGE = "SignerChange(uint32 member,address signer,uint8 kind,uint256 nonce,uint256 deadline)"
RECOVERY_STOP = "RecoveryStop(uint32 member,address signer,uint256 nonce,uint256 deadline)"
EXIT = "Exit(uint32 member,uint256 nonce,uint256 deadline)"


def digest_of(house: House, struct: str, **message: Any) -> bytes:
    return typed_digest("Koperasi MemberRegistry", house.MemberRegistry.address, struct, message)


def change_signer(
    house: House,
    member: int,
    old: AnyMember,
    new: AnyMember,
    nonce: int = 1,
    deadline: int = NEVER,
    signature: bytes | None = None,
) -> Any:
    """`old` orders that `new` signs for `member` from now on; somebody else relays it."""
    if signature is None:
        digest = digest_of(
            house,
            SIGNER_CHANGE,
            member=member,
            signer=new.signer,
            kind=new.kind,
            nonce=nonce,
            deadline=deadline,
        )
        signature = old.sign(digest)
    return house.MemberRegistry.changeSigner(
        member, new.signer, new.kind, nonce, deadline, signature, {"from": house.deployer}
    )


def propose(house: House, member: int, new: AnyMember, deadline: int = NEVER, **changed: Any) -> Any:
    """REGISTRAR and KETUA propose that `new` signs for `member`."""
    act = action("recover", ["uint32", "address", "uint8"], [member, new.signer, new.kind])
    signed = house.countersign(changed.get("checker", house.ketua), house.MemberRegistry, act, deadline)
    maker = changed.get("maker", house.registrar)
    return house.MemberRegistry.proposeRecovery(member, new.signer, new.kind, signed, {"from": maker.account})


def stop_by_order(
    house: House,
    member: int,
    by: AnyMember,
    proposed: AnyMember,
    nonce: int = 1,
    deadline: int = NEVER,
) -> Any:
    digest = digest_of(
        house, RECOVERY_STOP, member=member, signer=proposed.signer, nonce=nonce, deadline=deadline
    )
    return house.MemberRegistry.stopRecoveryByOrder(
        member, nonce, deadline, by.sign(digest), {"from": house.deployer}
    )


def exit_order(
    house: House,
    member: AnyMember,
    nonce: int = 5_000,
    deadline: int = NEVER,
    signer: AnyMember | None = None,
) -> tuple[int, int, bytes]:
    """The member's order to leave, signed by `signer` (the member if not said otherwise)."""
    digest = digest_of(house, EXIT, member=member.number, nonce=nonce, deadline=deadline)
    return nonce, deadline, (signer or member).sign(digest)


def leave(house: House, member: AnyMember, day: int | None = None, sender: Any = None) -> Any:
    """A writer (TellerDesk) carries out the member's order to leave."""
    day = today() if day is None else day
    order = exit_order(house, member)
    return house.MemberRegistry.leaveByOrder(member.number, day, *order, {"from": sender or house.writer})


def signed_by(house: House, member: int, who: AnyMember, digest: bytes = b"\x11" * 32) -> bool:
    return bool(house.MemberRegistry.isSignedBy(member, digest, who.sign(digest)))
