// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {Authority} from "../../contracts/Authority.sol";
import {BallotBox} from "../../contracts/BallotBox.sol";
import {MemberRegistry} from "../../contracts/MemberRegistry.sol";
import {RAT} from "../../contracts/RAT.sol";
import {Call, IBallotBox} from "../../contracts/interfaces/IBallotBox.sol";
import {IMemberRegistry} from "../../contracts/interfaces/IMemberRegistry.sol";
import {IRAT} from "../../contracts/interfaces/IRAT.sol";
import {MemberNumber, Offices, WibDay} from "../../contracts/libraries/Types.sol";

/// @title Authority, register, RAT and ballot box with members who have keys
abstract contract MeetingHouse is Test {
    uint256 internal constant START = 1_767_492_000;
    uint40 internal constant NEVER = type(uint40).max;

    Authority internal authority;
    MemberRegistry internal registry;
    BallotBox internal box;
    RAT internal rat;
    address internal ketua = makeAddr("ketua");
    uint256[] internal keys;

    /// @dev Members 1 to `count` are ACTIVE.
    function buildMeetingHouse(uint256 count) internal {
        vm.warp(START);
        authority = new Authority(address(this));
        registry = new MemberRegistry(authority, bytes32(0));
        RAT expected = RAT(vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1));
        box = new BallotBox(authority, registry, expected);
        rat = new RAT(authority, registry, box, IRAT(address(0)), _bylaws());
        authority.grantOffice(Offices.KETUA, ketua, MemberNumber.wrap(1), uint40(START + 500 days));
        IMemberRegistry.Registration[] memory rows = new IMemberRegistry.Registration[](count);
        for (uint256 i = 0; i < count; ++i) {
            keys.push(uint256(keccak256(abi.encode("member", i))));
            rows[i] = IMemberRegistry.Registration({
                member: MemberNumber.wrap(uint32(i + 1)),
                signer: vm.addr(keys[i]),
                kind: IMemberRegistry.SignerKind.ADDRESS,
                joinedOn: WibDay.wrap(20_000)
            });
        }
        registry.open(rows);
        authority.endGenesis(address(rat));
        vm.warp(START + 10);
    }

    /// @dev A meeting of resolutions, its first call open.
    function holdMeeting(uint256 motions) internal returns (uint32 meeting) {
        vm.prank(ketua);
        meeting = rat.convene(notice(motions));
        vm.warp(START + 20 days);
    }

    function notice(uint256 motions) internal pure returns (IRAT.Notice memory) {
        IRAT.Motion[] memory put = new IRAT.Motion[](motions);
        for (uint256 i = 0; i < motions; ++i) {
            put[i].majorityBps = 5_000;
            put[i].title = "Pengesahan laporan pengurus";
            put[i].text = keccak256(abi.encode(i));
        }
        return IRAT.Notice({
            kind: IRAT.MeetingKind.LUAR_BIASA,
            bookYear: 0,
            documents: keccak256("agenda"),
            salt: 0,
            first: Call(uint40(START + 20 days), uint40(START + 21 days)),
            second: Call(uint40(START + 34 days), uint40(START + 35 days)),
            motions: put
        });
    }

    /// @dev A packed ballot paper of the member with that index, signed for call 1.
    function paper(uint256 index, uint32 meeting, uint256 choices, uint256 width) internal view returns (bytes memory) {
        bytes32 typehash = keccak256("Ballot(uint32 member,uint32 meeting,uint8 call,uint256 choices,uint40 deadline)");
        bytes32 order = keccak256(abi.encode(typehash, index + 1, meeting, 1, choices, NEVER));
        bytes memory marks = new bytes(width);
        for (uint256 i = 0; i < width; ++i) {
            marks[i] = bytes1(uint8(choices >> (8 * (width - 1 - i))));
        }
        bytes memory signature = _signed(index, order);
        return abi.encodePacked(
            uint32(index + 1), meeting, uint8(1), NEVER, uint8(width), marks, uint16(signature.length), signature
        );
    }

    function _signed(uint256 index, bytes32 order) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Koperasi BallotBox"),
                keccak256("1"),
                block.chainid,
                address(box)
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[index], keccak256(abi.encodePacked(hex"1901", domain, order)));
        return abi.encodePacked(r, s, v);
    }

    function _bylaws() private pure returns (IRAT.Bylaws memory) {
        return IRAT.Bylaws({
            noticeDays: 14,
            firstQuorumBps: 7_500,
            secondQuorumBps: 5_000,
            secondAfterDays: 7,
            secondWithinDays: 30,
            specialMajorityBps: 6_667,
            petitionBps: 2_000,
            minimumMembers: 9,
            executionDelay: 3 days,
            objectionPeriod: 1 hours,
            proxiesPerHolder: 0
        });
    }
}
