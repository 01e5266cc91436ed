// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CommonBase} from "forge-std/Base.sol";
import {StdCheats} from "forge-std/StdCheats.sol";
import {Authority} from "../../contracts/Authority.sol";
import {MemberRegistry} from "../../contracts/MemberRegistry.sol";
import {SavingsToken} from "../../contracts/SavingsToken.sol";
import {Treasury} from "../../contracts/Treasury.sol";
import {Writers} from "../../contracts/Writers.sol";
import {IMemberRegistry} from "../../contracts/interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "../../contracts/interfaces/ISavingsToken.sol";
import {
    Channels,
    Countersignature,
    LoanNumber,
    MemberNumber,
    Offices,
    SavingsKind,
    WibDay
} from "../../contracts/libraries/Types.sol";

/// @dev The state contracts of a cooperative after genesis, with members, officers, a RAT, and an account as their writer.
abstract contract SavingsHouse is CommonBase, StdCheats {
    /// @dev Noon of 2024-12-31 in WIB.
    uint256 internal constant START = 1_735_621_200;
    uint64 internal constant POKOK_AMOUNT = 100_000;
    uint32 internal constant MEMBERS = 6;

    Authority internal authority;
    MemberRegistry internal registry;
    Treasury internal treasury;
    SavingsToken[4] internal tokens;

    address internal desk = makeAddr("desk");
    address internal rat = makeAddr("rat");
    Account internal ketua = makeAccount("ketua");
    Account internal bendahara = makeAccount("bendahara");
    Account internal teller = makeAccount("teller");
    Account internal registrar = makeAccount("registrar");
    Account internal pengawas = makeAccount("pengawas");
    Account[] internal members;

    /// @dev Members 1 to MEMBERS are ACTIVE with their simpanan pokok paid.
    function buildHouse() internal {
        vm.warp(START);
        vm.etch(rat, hex"00");
        authority = new Authority(address(this));
        registry = new MemberRegistry(authority, bytes32(0));
        treasury = new Treasury(authority);
        tokens[3] = _token(SavingsKind.PAYABLE, "Hak Anggota Keluar", "HAK");
        tokens[0] = _token(SavingsKind.POKOK, "Simpanan Pokok", "SPK");
        tokens[1] = _token(SavingsKind.WAJIB, "Simpanan Wajib", "SWJ");
        tokens[2] = _token(SavingsKind.SUKARELA, "Simpanan Sukarela", "SSK");
        _grantOffices();
        _setWriters();
        _openMembers();
        treasury.setTellerLimit(50_000_000);
        treasury.setBackdatingLimit(7);
        tokens[2].setInterestRate(_tomorrow(), 600);
        tokens[2].setInterestTax(240_000, 1_000);
        authority.endGenesis(rat);
    }

    function number(uint256 index) internal pure returns (MemberNumber) {
        return MemberNumber.wrap(uint32(index + 1));
    }

    function today() internal view returns (WibDay) {
        return WibDay.wrap(uint32((vm.getBlockTimestamp() + 25_200) / 1 days));
    }

    function withdrawalOrder(
        uint256 key,
        SavingsToken token,
        MemberNumber member,
        uint64 amount,
        uint8 channel,
        uint256 nonce,
        uint256 deadline
    ) internal view returns (bytes memory) {
        bytes32 typehash = keccak256(
            "Withdrawal(uint32 member,uint64 amount,uint8 channel,uint256 nonce,uint256 deadline)"
        );
        return _sign(key, address(token), keccak256(abi.encode(typehash, member, amount, channel, nonce, deadline)));
    }

    function lienOrder(
        uint256 key,
        SavingsToken token,
        MemberNumber member,
        LoanNumber loan,
        uint64 amount,
        uint256 nonce,
        uint256 deadline
    ) internal view returns (bytes memory) {
        bytes32 typehash = keccak256("Lien(uint32 member,uint32 loan,uint64 amount,uint256 nonce,uint256 deadline)");
        return _sign(key, address(token), keccak256(abi.encode(typehash, member, loan, amount, nonce, deadline)));
    }

    function exitOrder(uint256 key, MemberNumber member, uint256 nonce, uint256 deadline)
        internal
        view
        returns (bytes memory)
    {
        bytes32 typehash = keccak256("Exit(uint32 member,uint256 nonce,uint256 deadline)");
        return _sign(key, address(registry), keccak256(abi.encode(typehash, member, nonce, deadline)));
    }

    function countersigned(uint256 key, address target, bytes32 action)
        internal
        view
        returns (Countersignature memory)
    {
        bytes32 typehash = keccak256("Countersignature(address target,bytes32 action,uint256 deadline)");
        uint256 deadline = vm.getBlockTimestamp() + 1 days;
        bytes memory signature =
            _sign(key, address(authority), keccak256(abi.encode(typehash, target, action, deadline)));
        return Countersignature(vm.addr(key), deadline, signature);
    }

    function _token(SavingsKind kind, string memory name, string memory symbol) private returns (SavingsToken) {
        return new SavingsToken(kind, authority, registry, name, symbol, ISavingsToken(address(tokens[3])));
    }

    function _grantOffices() private {
        uint40 until = uint40(START + 540 days);
        authority.grantOffice(Offices.KETUA, ketua.addr, MemberNumber.wrap(1), until);
        authority.grantOffice(Offices.BENDAHARA, bendahara.addr, MemberNumber.wrap(2), until);
        authority.grantOffice(Offices.PENGAWAS, pengawas.addr, MemberNumber.wrap(3), until);
        authority.grantOffice(Offices.TELLER, teller.addr, MemberNumber.wrap(4_000_000_001), until);
        authority.grantOffice(Offices.REGISTRAR, registrar.addr, MemberNumber.wrap(4_000_000_002), until);
    }

    function _setWriters() private {
        uint40 since = uint40(START);
        Writers(registry).setWriter(desk, since, 0);
        Writers(treasury).setWriter(desk, since, 0);
        for (uint256 kind = 0; kind < 4; ++kind) {
            tokens[kind].setWriter(desk, since, 0);
            if (kind != 3) tokens[3].setWriter(address(tokens[kind]), since, 0);
        }
    }

    function _openMembers() private {
        IMemberRegistry.Registration[] memory registrations = new IMemberRegistry.Registration[](MEMBERS);
        uint256[] memory pokok = new uint256[](MEMBERS);
        for (uint256 i = 0; i < MEMBERS; ++i) {
            members.push(makeAccount(string.concat("member", vm.toString(i + 1))));
            registrations[i] =
                IMemberRegistry.Registration(number(i), members[i].addr, IMemberRegistry.SignerKind.ADDRESS, today());
            pokok[i] = (i + 1) << 224 | POKOK_AMOUNT;
        }
        registry.open(registrations);
        tokens[0].open(pokok);
        treasury.open(Channels.BANK, POKOK_AMOUNT * MEMBERS);
        registry.seal();
        treasury.seal();
        for (uint256 kind = 0; kind < 4; ++kind) {
            tokens[kind].seal();
        }
    }

    function _tomorrow() private view returns (WibDay) {
        return WibDay.wrap(WibDay.unwrap(today()) + 1);
    }

    function _sign(uint256 key, address verifying, bytes32 structHash) internal view returns (bytes memory) {
        (, string memory name,, uint256 chainId,,,) = SavingsToken(verifying).eip712Domain();
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256("1"),
                chainId,
                verifying
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked("\x19\x01", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }
}
