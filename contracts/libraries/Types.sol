// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The number of a member in the cooperative's register (buku daftar anggota), from 1. Staff who are no members
/// carry a number from `STAFF_FLOOR` up, so that two persons can always be told apart by number.
type MemberNumber is uint32;

/// @dev Numbers from here up are staff, not members.
uint32 constant STAFF_FLOOR = 4_000_000_000;

/// @dev The number of a loan as the office gives it.
type LoanNumber is uint32;

/// @dev Number of a paper (slip, payroll row, journal, loan), used once: series in the top 8 bits (1 slip, 2 payroll,
/// 3 journal, 4 loan, 5 a member's own, 6 surplus), below them what the series says. See `rules/receipts.py`.
type ReceiptNumber is uint64;

/// @dev A calendar day in WIB (UTC+7): days since 1970-01-01.
type WibDay is uint32;

using {sameMember as ==, otherMember as !=} for MemberNumber global;
using {dayBefore as <, dayAfter as >, sameDay as ==} for WibDay global;

function sameMember(MemberNumber a, MemberNumber b) pure returns (bool) {
    return MemberNumber.unwrap(a) == MemberNumber.unwrap(b);
}

function otherMember(MemberNumber a, MemberNumber b) pure returns (bool) {
    return MemberNumber.unwrap(a) != MemberNumber.unwrap(b);
}

function dayBefore(WibDay a, WibDay b) pure returns (bool) {
    return WibDay.unwrap(a) < WibDay.unwrap(b);
}

function dayAfter(WibDay a, WibDay b) pure returns (bool) {
    return WibDay.unwrap(a) > WibDay.unwrap(b);
}

function sameDay(WibDay a, WibDay b) pure returns (bool) {
    return WibDay.unwrap(a) == WibDay.unwrap(b);
}

/// @dev Kinds of savings, and one token for each. PAYABLE is what a member who left can collect.
enum SavingsKind {
    POKOK,
    WAJIB,
    SUKARELA,
    PAYABLE
}

/// @dev How interest and principal of a loan are spread (rules/amortization.py).
enum LoanMethod {
    FLAT,
    DECLINING,
    ANNUITY,
    BULLET
}

/// @dev What a payment meets first: what is due of instalments, then penalty, then instalments that are not due yet; or
/// penalty before everything else. Within an instalment interest comes before principal.
enum Waterfall {
    INSTALMENT_FIRST,
    PENALTY_FIRST
}

/// @dev Why a running loan's terms were changed: later or smaller instalments at the same rate (RESCHEDULE), another rate
/// or method (RESTRUCTURE), months without interest (FREEZE).
enum AmendmentKind {
    RESCHEDULE,
    RESTRUCTURE,
    FREEZE
}

/// @dev A member who answers for a loan, the borrower included.
/// @param kind WAJIB or SUKARELA: the savings that the lien holds
/// @param amount rupiah of that lien when the loan starts; zero for a guarantor who pledges no savings
struct Pledge {
    MemberNumber member;
    SavingsKind kind;
    uint64 amount;
}

/// @dev What a teller's slip does. ANGSURAN_LEBIH pays a loan as far as anything is owed, and the rest goes to sukarela.
enum SlipKind {
    SETOR_POKOK,
    SETOR_WAJIB,
    SETOR_SUKARELA,
    TARIK_SUKARELA,
    ANGSURAN,
    PELUNASAN,
    PINDAH,
    ANGSURAN_LEBIH
}

/// @dev A second person's signature under what the sender of a transaction does.
/// @param signer the second person's account (EOA or ERC-1271 wallet) that holds the office asked for
/// @param deadline unix time in seconds after which the signature is void
/// @param signature by `signer` over the EIP-712 struct `Countersignature(address target,bytes32 action,uint256 deadline)`
struct Countersignature {
    address signer;
    uint256 deadline;
    bytes signature;
}

/// @dev Cash channels (kas, bank, stablecoin) by number.
library Channels {
    /// @dev No cash moves: a lien's claim, a standing order, a loan that pays off another. Posted through the clearing account.
    uint8 internal constant OFFSET = 0;
    uint8 internal constant KAS = 1;
    uint8 internal constant BANK = 2;
    uint8 internal constant STABLECOIN = 3;
}

/// @dev Offices as AccessManager roles. ADMIN is always the RAT, and only the RAT.
library Offices {
    uint64 internal constant ADMIN = 0;
    uint64 internal constant KETUA = 1;
    uint64 internal constant SEKRETARIS = 2;
    uint64 internal constant BENDAHARA = 3;
    uint64 internal constant PENGAWAS = 4;
    uint64 internal constant TELLER = 5;
    uint64 internal constant REGISTRAR = 6;
    /// @dev Nobody is granted PENGURUS: whoever holds KETUA, SEKRETARIS or BENDAHARA has it.
    uint64 internal constant PENGURUS = 7;
}

/// @dev Series of receipt numbers, so that papers of different kinds never clash.
library Series {
    uint8 internal constant SLIP = 1;
    uint8 internal constant PAYROLL = 2;
    uint8 internal constant JOURNAL = 3;
    uint8 internal constant LOAN = 4;
    /// @dev Numbers that follow from what a member did without the office.
    uint8 internal constant MEMBER = 5;
    /// @dev A year's allocation of SHU and each share of it.
    uint8 internal constant SURPLUS = 6;

    function seriesOf(ReceiptNumber receipt) internal pure returns (uint8) {
        return uint8(ReceiptNumber.unwrap(receipt) >> 56);
    }

    /// @param body below 2^56; what is above is cut off
    function number(uint8 series, uint256 body) internal pure returns (ReceiptNumber) {
        return ReceiptNumber.wrap(uint64(series) << 56 | uint56(body));
    }
}
