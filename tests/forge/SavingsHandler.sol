// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StdUtils} from "forge-std/StdUtils.sol";
import {Vm} from "forge-std/Vm.sol";
import {SavingsToken} from "../../contracts/SavingsToken.sol";
import {IMemberRegistry} from "../../contracts/interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "../../contracts/interfaces/ISavingsToken.sol";
import {
    Channels,
    Countersignature,
    LoanNumber,
    MemberNumber,
    ReceiptNumber,
    WibDay
} from "../../contracts/libraries/Types.sol";
import {SavingsHouse} from "./SavingsHouse.sol";

/// @dev Random days of a cooperative: the desk's movements with their cash, the members' orders, and attacks. Keeps beside
/// the contracts what each member may have lost, and by which way.
contract SavingsHandler is SavingsHouse, StdUtils {
    struct Slip {
        uint256 member;
        uint256 kind;
        ReceiptNumber receipt;
        uint64 amount;
        uint64 reversed;
        uint32 day;
    }

    struct Pledge {
        uint256 member;
        SavingsToken token;
        LoanNumber loan;
    }

    uint256 internal constant LOANS = 3;
    uint64 internal constant MOST = 10 ** 12;

    /// @dev What must not happen and did.
    string[] public breaches;

    uint256[MEMBERS] public deposited;
    uint256[MEMBERS] public withdrawn;
    uint256[MEMBERS] public reversed;
    uint256[MEMBERS] public claimed;
    uint256[MEMBERS] public interest;
    uint256 public grossInterest;
    uint256 public taxes;
    uint256[4] public cash;

    Slip[] internal slips;
    Pledge[] internal pledges;
    bytes[] internal sentOrders;
    ReceiptNumber[] internal usedReceipts;
    uint256 internal nonce;
    uint32 internal rateDay = uint32((START + 25_200) / 1 days) + 1;
    uint64 internal lastReceipt = 1 << 56;

    constructor() {
        buildHouse();
        cash[Channels.BANK] = POKOK_AMOUNT * MEMBERS;
        for (uint256 i = 0; i < MEMBERS; ++i) {
            deposited[i] = POKOK_AMOUNT;
        }
    }

    /// @dev Interest is taken from the events; everything else from what was asked for.
    modifier watched() {
        vm.recordLogs();
        _;
        _readInterest();
    }

    function deposit(uint256 memberSeed, uint256 kindSeed, uint64 amount, bool alone) external watched {
        (uint256 member, uint256 kind) = (memberSeed % MEMBERS, 1 + kindSeed % 2);
        amount = uint64(_bound(amount, 1, alone ? 1_000_000 : MOST));
        ReceiptNumber receipt = _nextReceipt();
        vm.prank(desk);
        treasury.receiveCash(Channels.KAS, amount, receipt, today(), alone);
        vm.prank(desk);
        tokens[kind].deposit(number(member), amount, receipt);
        cash[Channels.KAS] += amount;
        deposited[member] += amount;
        slips.push(Slip(member, kind, receipt, amount, 0, WibDay.unwrap(today())));
    }

    function payroll(uint256 kindSeed, uint64 amount) external watched {
        amount = uint64(_bound(amount, 1, MOST));
        uint256 count;
        uint256[] memory credits = new uint256[](MEMBERS);
        for (uint256 i = 0; i < MEMBERS; ++i) {
            (IMemberRegistry.Status status,) = registry.lookup(number(i));
            if (status != IMemberRegistry.Status.ACTIVE) continue;
            credits[count++] = (i + 1) << 224 | (amount + i);
            deposited[i] += amount + i;
            cash[Channels.BANK] += amount + i;
        }
        assembly ("memory-safe") {
            mstore(credits, count)
        }
        uint64 total = uint64(cash[Channels.BANK] - treasury.channelTotal(Channels.BANK));
        vm.prank(desk);
        tokens[1 + kindSeed % 2].depositBatch(credits);
        vm.prank(desk);
        treasury.receiveBatch(Channels.BANK, total, today());
    }

    /// @dev Up to the balance: what a lien holds must be refused.
    function withdraw(uint256 memberSeed, bool payableToo, uint64 amount) external watched {
        uint256 member = memberSeed % MEMBERS;
        SavingsToken token = tokens[payableToo && tokens[3].balanceOfMember(number(member)) != 0 ? 3 : 2];
        uint8 channel = _fuller();
        uint64 most = token.balanceOfMember(number(member));
        if (cash[channel] < most) most = uint64(cash[channel]);
        amount = uint64(_bound(amount, 1, most));
        bytes memory order = _withdrawal(members[member].key, token, member, amount);
        vm.prank(desk);
        _must(address(token), order);
        sentOrders.push(order);
        _payOut(channel, amount);
        withdrawn[member] += amount;
    }

    function reverse(uint256 slipSeed, uint64 amount) external watched {
        uint256 recent = slips.length < 5 || slipSeed % 4 == 0 ? slips.length : 5;
        Slip storage slip = slips[slips.length - 1 - slipSeed / 4 % recent];
        amount = uint64(_bound(amount, 1, slip.amount));
        ISavingsToken.Storno memory storno = _storno(number(slip.member), amount, slip.receipt);
        SavingsToken token = tokens[slip.kind];
        bytes32 action = keccak256(abi.encode("storno", storno));
        Countersignature memory byTeller = countersigned(teller.key, address(token), action);
        bytes memory alone = abi.encodeCall(token.reverse, (storno, byTeller, byTeller));
        _mustFail(desk, address(token), alone, "storno that one person signed");
        Countersignature memory byKetua = countersigned(ketua.key, address(token), action);
        vm.prank(desk);
        token.reverse(storno, byTeller, byKetua);
        _payOut(_fuller(), amount);
        reversed[slip.member] += amount;
        slip.reversed += amount;
        if (slip.reversed > slip.amount) breaches.push("storno of more than the slip credited");
        if (WibDay.unwrap(today()) > slip.day + 7) breaches.push("storno after seven days");
    }

    function pledge(uint256 memberSeed, uint256 kindSeed, uint256 loanSeed, uint64 amount) external watched {
        (uint256 member, SavingsToken token) = (memberSeed % MEMBERS, tokens[kindSeed % 3]);
        LoanNumber loan = _loan(loanSeed);
        amount = uint64(_bound(amount, 1, token.availableOf(number(member))));
        uint256 deadline = vm.getBlockTimestamp();
        bytes memory signature = lienOrder(members[member].key, token, number(member), loan, amount, ++nonce, deadline);
        vm.prank(desk);
        token.placeLien(number(member), loan, amount, nonce, deadline, signature);
        pledges.push(Pledge(member, token, loan));
    }

    function release(uint256 pledgeSeed, uint64 amount) external watched {
        Pledge memory pledged = pledges[pledgeSeed % pledges.length];
        (uint64 held,,) = pledged.token.lienOf(number(pledged.member), pledged.loan);
        vm.prank(desk);
        pledged.token.releaseLien(number(pledged.member), pledged.loan, uint64(_bound(amount, 1, held)));
    }

    function notice(uint256 pledgeSeed, uint64 amount) external watched {
        Pledge memory pledged = pledges[pledgeSeed % pledges.length];
        (uint64 held,,) = pledged.token.lienOf(number(pledged.member), pledged.loan);
        vm.prank(desk);
        pledged.token.noticeLienClaim(number(pledged.member), pledged.loan, uint64(_bound(amount, 1, held)));
    }

    function stop(uint256 pledgeSeed) external watched {
        Pledge memory pledged = pledges[pledgeSeed % pledges.length];
        vm.prank(pengawas.addr);
        pledged.token.stopLienClaim(number(pledged.member), pledged.loan);
    }

    /// @dev Half of the time it waits for the notice to end.
    function claim(uint256 pledgeSeed, bool patient) external watched {
        Pledge memory pledged = pledges[pledgeSeed % pledges.length];
        (uint64 held, uint64 noticed, uint40 due) = pledged.token.lienOf(number(pledged.member), pledged.loan);
        if (patient && due > vm.getBlockTimestamp()) vm.warp(due);
        uint64 amount = noticed < held ? noticed : held;
        vm.prank(desk);
        pledged.token.claimLien(number(pledged.member), pledged.loan, amount);
        claimed[pledged.member] += amount;
        if (due == 0 || vm.getBlockTimestamp() < due) breaches.push("claim before its time");
    }

    /// @dev One in eight members who could leave does; of the others nothing can be moved.
    function exit(uint256 memberSeed, uint256 chance) external watched {
        uint256 member = memberSeed % MEMBERS;
        (IMemberRegistry.Status status,) = registry.lookup(number(member));
        if (status != IMemberRegistry.Status.LEFT) {
            bytes memory call = abi.encodeCall(ISavingsToken.moveToPayable, (number(member)));
            _mustFail(desk, address(tokens[2]), call, "savings of a member moved to what is payable");
            if (chance % 8 != 0) return;
            uint256 deadline = vm.getBlockTimestamp();
            uint256 stranger = members[(member + 1) % MEMBERS].key;
            bytes memory forged = exitOrder(stranger, number(member), ++nonce, deadline);
            call = abi.encodeCall(registry.leaveByOrder, (number(member), today(), nonce, deadline, forged));
            _mustFail(desk, address(registry), call, "an exit that another signed");
            bytes memory signature = exitOrder(members[member].key, number(member), nonce, deadline);
            vm.prank(desk);
            registry.leaveByOrder(number(member), today(), nonce, deadline, signature);
        }
        for (uint256 kind = 0; kind < 3; ++kind) {
            vm.prank(desk);
            tokens[kind].moveToPayable(number(member));
        }
    }

    function creditInterest() external watched {
        MemberNumber[] memory numbers = new MemberNumber[](MEMBERS);
        for (uint256 i = 0; i < MEMBERS; ++i) {
            numbers[i] = number(i);
        }
        tokens[2].creditInterest(numbers);
    }

    function setTerms(uint16 rate, uint64 threshold, uint16 tax) external watched {
        uint32 day = WibDay.unwrap(today());
        rateDay = (rateDay > day ? rateDay : day) + 1;
        vm.prank(rat);
        tokens[2].setInterestRate(WibDay.wrap(rateDay), uint16(_bound(rate, 0, 900)));
        vm.prank(rat);
        tokens[2].setInterestTax(uint64(_bound(threshold, 0, 300_000)), uint16(_bound(tax, 0, 1_000)));
    }

    /// @dev Mostly days, sometimes more than a month.
    function wait(uint256 time) external watched {
        vm.warp(vm.getBlockTimestamp() + _bound(time, 1 hours, time % 4 == 0 ? 40 days : 3 days));
    }

    /// @dev An order that the member did not sign, sent by the desk itself.
    function forge(uint256 memberSeed, uint256 signerSeed, uint64 amount, bool pledged) external watched {
        uint256 member = memberSeed % MEMBERS;
        uint256 signer = (member + 1 + signerSeed % (MEMBERS - 1)) % MEMBERS;
        SavingsToken token = tokens[2];
        amount = uint64(_bound(amount, 1, MOST));
        bytes memory order = _withdrawal(members[signer].key, token, member, amount);
        if (pledged) {
            uint256 deadline = vm.getBlockTimestamp();
            bytes memory signature =
                lienOrder(members[signer].key, token, number(member), _loan(signerSeed), amount, ++nonce, deadline);
            order = abi.encodeCall(
                token.placeLien, (number(member), _loan(signerSeed), amount, nonce, deadline, signature)
            );
        }
        _mustFail(desk, address(token), order, "an order that another signed");
    }

    /// @dev An order that was carried out, sent again to its token and to the others.
    function replay(uint256 orderSeed, uint256 kindSeed) external watched {
        bytes memory order = sentOrders[orderSeed % sentOrders.length];
        _mustFail(desk, address(tokens[kindSeed % 4]), order, "an order used twice");
    }

    /// @dev A receipt that was used, for money in and out.
    function reuseReceipt(uint256 receiptSeed, bool out) external watched {
        ReceiptNumber receipt = usedReceipts[receiptSeed % usedReceipts.length];
        if (!treasury.isReceiptUsed(receipt)) breaches.push("a used receipt was forgotten");
        bytes memory call = out
            ? abi.encodeCall(treasury.payCash, (Channels.KAS, 1, receipt, today(), false, address(0)))
            : abi.encodeCall(treasury.receiveCash, (Channels.KAS, 1, receipt, today(), false));
        _mustFail(desk, address(treasury), call, "a receipt used twice");
    }

    /// @dev Officers, the RAT, the member and a stranger go to the contracts themselves.
    function attack(uint256 senderSeed, uint256 callSeed, uint256 memberSeed, uint64 amount) external watched {
        address[7] memory senders = [
            ketua.addr,
            bendahara.addr,
            teller.addr,
            registrar.addr,
            pengawas.addr,
            rat,
            members[memberSeed % MEMBERS].addr
        ];
        MemberNumber member = number(memberSeed % MEMBERS);
        SavingsToken token = tokens[senderSeed % 4];
        amount = uint64(_bound(amount, 1, MOST));
        Countersignature memory unsigned;
        bytes[10] memory calls = [
            _withdrawal(members[memberSeed % MEMBERS].key, token, memberSeed % MEMBERS, amount),
            abi.encodeCall(
                token.reverse, (_storno(member, amount, ReceiptNumber.wrap(lastReceipt)), unsigned, unsigned)
            ),
            abi.encodeCall(token.moveToPayable, (member)),
            abi.encodeCall(token.receivePayable, (member, amount)),
            abi.encodeCall(token.claimLien, (member, _loan(callSeed), amount)),
            abi.encodeCall(token.noticeLienClaim, (member, _loan(callSeed), amount)),
            abi.encodeCall(token.releaseLien, (member, _loan(callSeed), amount)),
            abi.encodeCall(token.deposit, (member, amount, ReceiptNumber.wrap(lastReceipt))),
            abi.encodeCall(token.transfer, (ketua.addr, amount)),
            abi.encodeCall(token.setWriter, (ketua.addr, uint40(vm.getBlockTimestamp() + 29 days), 0))
        ];
        _mustFail(senders[senderSeed / 4 % 7], address(token), calls[callSeed % 10], "a call by no writer");
    }

    function breachCount() external view returns (uint256) {
        return breaches.length;
    }

    function tokenOf(uint256 kind) external view returns (SavingsToken) {
        return tokens[kind];
    }

    function channelTotal(uint8 channel) external view returns (uint64) {
        return treasury.channelTotal(channel);
    }

    function accountOf(uint256 member) external view returns (address account) {
        (, account) = registry.lookup(number(member));
    }

    function _withdrawal(uint256 key, SavingsToken token, uint256 member, uint64 amount)
        private
        returns (bytes memory)
    {
        uint256 deadline = vm.getBlockTimestamp() + 365 days;
        bytes memory signature = withdrawalOrder(key, token, number(member), amount, Channels.KAS, ++nonce, deadline);
        return abi.encodeCall(token.withdraw, (number(member), amount, Channels.KAS, nonce, deadline, signature));
    }

    function _payOut(uint8 channel, uint64 amount) private {
        ReceiptNumber receipt = _nextReceipt();
        vm.prank(desk);
        treasury.payCash(channel, amount, receipt, today(), false, address(0));
        cash[channel] -= amount;
    }

    /// @dev With the number that the next payment out will have.
    function _storno(MemberNumber member, uint64 amount, ReceiptNumber original)
        private
        view
        returns (ISavingsToken.Storno memory)
    {
        ReceiptNumber receipt = ReceiptNumber.wrap(lastReceipt + 1);
        return ISavingsToken.Storno(member, amount, original, receipt, _fuller(), today());
    }

    function _fuller() private view returns (uint8) {
        return cash[Channels.BANK] > cash[Channels.KAS] ? Channels.BANK : Channels.KAS;
    }

    function _nextReceipt() private returns (ReceiptNumber receipt) {
        receipt = ReceiptNumber.wrap(++lastReceipt);
        usedReceipts.push(receipt);
    }

    function _loan(uint256 seed) private pure returns (LoanNumber) {
        return LoanNumber.wrap(uint32(1 + seed % LOANS));
    }

    function _must(address target, bytes memory call) private {
        (bool success, bytes memory reason) = target.call(call);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    function _mustFail(address sender, address target, bytes memory call, string memory breach) private {
        vm.prank(sender);
        (bool success,) = target.call(call);
        if (success) breaches.push(breach);
    }

    function _readInterest() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != ISavingsToken.InterestCredited.selector) continue;
            if (logs[i].emitter != address(tokens[2])) breaches.push("interest on another kind");
            (uint64 gross, uint64 tax,) = abi.decode(logs[i].data, (uint64, uint64, uint32));
            interest[uint256(logs[i].topics[1]) - 1] += gross - tax;
            grossInterest += gross;
            taxes += tax;
        }
    }
}
