// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StdUtils} from "forge-std/StdUtils.sol";
import {SurplusDistributor} from "../../contracts/SurplusDistributor.sol";
import {ISurplusDistributor} from "../../contracts/interfaces/ISurplusDistributor.sol";
import {Channels, Countersignature, MemberNumber, ReceiptNumber, WibDay} from "../../contracts/libraries/Types.sol";
import {SavingsHouse} from "./SavingsHouse.sol";

/// @dev Allocates years and pays shares through two distributors, good and bad, and keeps what must come of it.
contract SurplusHandler is SavingsHouse, StdUtils {
    uint16 internal constant FIRST_YEAR = 2021;
    uint16 internal constant YEARS = 5;
    uint64 internal constant MOST = 40_000_000;
    uint256 internal constant FUNDS = 10 ** 12;

    SurplusDistributor[2] internal desks;
    /// @dev What must not happen and did.
    string[] public breaches;
    mapping(uint16 year => uint256) public total;
    mapping(uint16 year => uint256 desk) public allocatedBy;
    mapping(uint16 year => uint256) public paid;
    mapping(uint256 kind => uint256) public credited;
    uint256 public cashPaid;
    uint256 public steps;
    mapping(uint16 year => uint64[MEMBERS]) internal shares;
    mapping(uint16 year => bool[MEMBERS]) internal taken;
    bool[MEMBERS] internal left;
    uint64 internal lastSlip = 1 << 56;
    uint256 internal nonce;

    constructor() {
        buildHouse();
        vm.startPrank(rat);
        tokens[2].setInterestRate(WibDay.wrap(WibDay.unwrap(today()) + 2), 0);
        for (uint256 i = 0; i < 2; ++i) {
            desks[i] = new SurplusDistributor(authority, registry, treasury, tokens[2], tokens[3]);
            uint40 since = uint40(START + 31 days);
            treasury.setWriter(address(desks[i]), since, 0);
            tokens[2].setWriter(address(desks[i]), since, 0);
            tokens[3].setWriter(address(desks[i]), since, 0);
        }
        vm.stopPrank();
        vm.warp(START + 40 days);
        vm.startPrank(desk);
        treasury.receiveCash(Channels.KAS, uint64(FUNDS), ReceiptNumber.wrap(++lastSlip), today(), false);
        treasury.closeThrough(WibDay.wrap(20_088)); // 2024-12-31
        vm.stopPrank();
    }

    function allocate(uint256 yearSeed, uint256 deskSeed, uint64[6] calldata amounts, uint64 reserves, bool asRat)
        external
    {
        (uint16 year, uint256 which) = (_year(yearSeed), deskSeed % 2);
        uint64[MEMBERS] memory wanted;
        uint64 members_;
        for (uint256 i = 0; i < MEMBERS; ++i) {
            wanted[i] = uint64(_bound(amounts[i], 1, MOST));
            members_ += wanted[i];
        }
        ISurplusDistributor.Pot[] memory pots = new ISurplusDistributor.Pot[](2);
        reserves = uint64(_bound(reserves, 1, MOST));
        pots[0] = ISurplusDistributor.Pot(2310, members_);
        pots[1] = ISurplusDistributor.Pot(3200, reserves);
        bytes32 root = _root(_leaves(year, wanted));
        vm.prank(asRat ? rat : ketua.addr);
        desks[which].allocate(year, members_ + reserves, pots, root, bytes32(0));
        if (!asRat) breaches.push("D3: allocated by no meeting");
        if (total[year] != 0) breaches.push("D3: a year allocated twice");
        if (year == FIRST_YEAR + YEARS - 1) breaches.push("D3: a year allocated that is not closed");
        (total[year], allocatedBy[year], shares[year]) = (members_, which, wanted);
    }

    /// @dev Two shares at once, each claimed with an amount and by a proof that may be another's.
    function payOut(uint256 yearSeed, uint256 deskSeed, uint256[2] calldata who, uint256[2] calldata whose, uint64 off)
        external
    {
        uint16 year = _year(yearSeed);
        uint256 which = deskSeed % 2;
        ISurplusDistributor.Share[] memory batch = new ISurplusDistributor.Share[](2);
        for (uint256 i = 0; i < 2; ++i) {
            batch[i] = _claim(year, who[i] % MEMBERS, whose[i] % MEMBERS, off % 3 == i ? off : 0);
        }
        uint256[2] memory before = [tokens[2].totalSupply(), tokens[3].totalSupply()];
        desks[which].payOut(year, batch);
        uint256 due;
        for (uint256 i = 0; i < 2; ++i) {
            due += _settle(year, which, batch[i], left[who[i] % MEMBERS] ? 3 : 2);
        }
        uint256 moved = tokens[2].totalSupply() + tokens[3].totalSupply() - before[0] - before[1];
        if (moved != due) breaches.push("D2: credited other than the shares that were due");
        if (due != 0) ++steps;
    }

    function payCash(uint256 yearSeed, uint256 deskSeed, uint256 who, uint256 signer, bool byTwo, uint64 off) external {
        (uint16 year, uint256 which) = (_year(yearSeed), deskSeed % 2);
        who %= MEMBERS;
        uint64 change = off % 4 == 0 ? off : 0;
        ISurplusDistributor.Share memory share = _claim(year, who, who, change);
        uint256 key = members[signer % 3 == 0 ? signer % MEMBERS : who].key;
        bytes memory signature = _order(year, which, share, key);
        ISurplusDistributor.CashSlip memory slip =
            ISurplusDistributor.CashSlip(ReceiptNumber.wrap(++lastSlip), today(), Channels.KAS);
        uint256 deadline = vm.getBlockTimestamp();
        if (byTwo) {
            bytes32 action = keccak256(abi.encode("shareInCash", year, share.member, share.amount, slip));
            Countersignature memory second = countersigned(ketua.key, address(desks[which]), action);
            vm.prank(teller.addr);
            desks[which].payCashByTwo(year, share, slip, deadline, signature, second);
        } else {
            vm.prank(teller.addr);
            desks[which].payCash(year, share, slip, deadline, signature);
        }
        if (key != members[who].key) breaches.push("D2: cash on another's order");
        uint256 due = _settle(year, which, share, 0);
        if (due != share.amount) breaches.push("D2: cash for a share that was not due");
        cashPaid += due;
        ++steps;
    }

    function exit(uint256 who) external {
        who %= MEMBERS;
        uint256 deadline = vm.getBlockTimestamp();
        bytes memory signature = exitOrder(members[who].key, number(who), ++nonce, deadline);
        vm.prank(desk);
        registry.leaveByOrder(number(who), today(), nonce, deadline, signature);
        left[who] = true;
    }

    function wait(uint256 time) external {
        vm.warp(vm.getBlockTimestamp() + _bound(time, 1 hours, 1 days));
    }

    function breachCount() external view returns (uint256) {
        return breaches.length;
    }

    function unpaidTotals() external view returns (uint256) {
        return uint256(desks[0].unpaidTotal()) + desks[1].unpaidTotal();
    }

    /// @dev Of a year, wherever it was allocated; the other distributor must not know it.
    function unpaidOf(uint16 year) external view returns (uint256 here, uint256 elsewhere) {
        uint256 which = allocatedBy[year];
        (,, uint64 unpaid,) = desks[which].allocationOf(year);
        (,, uint64 others,) = desks[1 - which].allocationOf(year);
        return (unpaid, others);
    }

    function marksAgree(uint16 year) external view returns (bool) {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            if (desks[0].isPaid(year, number(i)) != taken[year][i]) return false;
            if (desks[1].isPaid(year, number(i)) != taken[year][i]) return false;
        }
        return true;
    }

    function supplies() external view returns (uint256 sukarela, uint256 owedToLeft, uint256 till) {
        return (tokens[2].totalSupply(), tokens[3].totalSupply(), FUNDS - treasury.channelTotal(Channels.KAS));
    }

    /// @dev What the share was, if it was due; it is paid then.
    function _settle(uint16 year, uint256 which, ISurplusDistributor.Share memory share, uint256 kind)
        private
        returns (uint256 due)
    {
        uint256 who = MemberNumber.unwrap(share.member) - 1;
        bool known = total[year] != 0 && allocatedBy[year] == which;
        if (!known || taken[year][who] || share.amount != shares[year][who]) return 0;
        bytes32[] memory own = _proof(_leaves(year, shares[year]), who);
        if (keccak256(abi.encode(own)) != keccak256(abi.encode(share.proof))) return 0;
        taken[year][who] = true;
        paid[year] += share.amount;
        credited[kind] += share.amount;
        return share.amount;
    }

    function _claim(uint16 year, uint256 who, uint256 whose, uint64 off)
        private
        view
        returns (ISurplusDistributor.Share memory)
    {
        uint64 amount = shares[year][who];
        if (off != 0) amount = uint64(_bound(off, 0, 2 * MOST));
        return ISurplusDistributor.Share(number(who), amount, _proof(_leaves(year, shares[year]), whose));
    }

    function _order(uint16 year, uint256 which, ISurplusDistributor.Share memory share, uint256 key)
        private
        view
        returns (bytes memory)
    {
        bytes32 typehash =
            keccak256("ShareInCash(uint16 year,uint32 member,uint64 amount,uint8 channel,uint256 deadline)");
        uint256 deadline = vm.getBlockTimestamp();
        bytes32 order = keccak256(abi.encode(typehash, year, share.member, share.amount, Channels.KAS, deadline));
        return _sign(key, address(desks[which]), order);
    }

    function _leaves(uint16 year, uint64[MEMBERS] memory amounts) private pure returns (bytes32[] memory leaves) {
        bytes32 typehash = keccak256("SurplusShare(uint16 year,uint32 member,uint64 amount)");
        leaves = new bytes32[](MEMBERS);
        for (uint256 i = 0; i < MEMBERS; ++i) {
            leaves[i] = keccak256(bytes.concat(keccak256(abi.encode(typehash, year, number(i), amounts[i]))));
        }
    }

    /// @dev Six leaves: three pairs, of which the third moves up.
    function _root(bytes32[] memory leaves) private pure returns (bytes32) {
        bytes32 firstFour = _pair(_pair(leaves[0], leaves[1]), _pair(leaves[2], leaves[3]));
        return _pair(firstFour, _pair(leaves[4], leaves[5]));
    }

    function _proof(bytes32[] memory leaves, uint256 who) private pure returns (bytes32[] memory proof) {
        bytes32[3] memory pairs =
            [_pair(leaves[0], leaves[1]), _pair(leaves[2], leaves[3]), _pair(leaves[4], leaves[5])];
        proof = new bytes32[](who < 4 ? 3 : 2);
        proof[0] = leaves[who ^ 1];
        if (who < 4) (proof[1], proof[2]) = (pairs[1 - who / 2], pairs[2]);
        else proof[1] = _pair(pairs[0], pairs[1]);
    }

    function _pair(bytes32 one, bytes32 other) private pure returns (bytes32) {
        return one < other ? keccak256(abi.encode(one, other)) : keccak256(abi.encode(other, one));
    }

    /// @dev The last of them is not closed.
    function _year(uint256 seed) private pure returns (uint16) {
        return FIRST_YEAR + uint16(seed % YEARS);
    }
}
