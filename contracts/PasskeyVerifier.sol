// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {WebAuthn} from "@openzeppelin/contracts/utils/cryptography/WebAuthn.sol";
import {Base64Words} from "./libraries/Base64Words.sol";

/// @title Signatures by passkey
/// @dev The checks of OpenZeppelin's WebAuthn.verify, on calldata: it copies and compares strings for 1,260 gas more.
/// The authenticator signs the hash of the site's rpId, and a browser lets only the site's own origins use it: so the
/// check of `rpIdHash` shuts out every other origin.
library PasskeyVerifier {
    /// @dev Where WebAuthnAuth begins in abi.encode(qx, qy, WebAuthnAuth): after two words and its offset.
    uint256 private constant AUTH_OFFSET = 0x60;

    /// @dev Of authenticator data: the hash of the rpId 32, flags 1, a counter 4, then extensions if there are any.
    uint256 private constant AUTHENTICATOR_DATA_LENGTH = 37;
    uint256 private constant FLAGS_AT = 32;
    uint8 private constant USER_PRESENT = 0x01;
    uint8 private constant USER_VERIFIED = 0x04;
    uint8 private constant BACKUP_ELIGIBLE = 0x08;
    uint8 private constant BACKED_UP = 0x10;

    /// @dev The beginning of a challenge and its end, `"type":"webauthn.get"`, and their lengths.
    uint256 private constant BEFORE_CHALLENGE = 0x226368616c6c656e6765223a22;
    uint256 private constant BEFORE_CHALLENGE_LENGTH = 13;
    uint256 private constant QUOTE = 0x22;
    /// @dev With the 43 characters of 32 bytes and the closing quote.
    uint256 private constant CHALLENGE_LENGTH = 57;
    uint256 private constant TYPE = 0x2274797065223a22776562617574686e2e67657422;
    uint256 private constant TYPE_LENGTH = 21;

    /// @notice Whether `signature` is a user-verified assertion over `digest` by the P-256 key that hashes to `keyHash`.
    /// @param keyHash last 20 bytes of keccak256(abi.encode(qx, qy))
    /// @param rpIdHash sha256 of the site's rpId
    /// @param signature abi.encode(qx, qy, WebAuthn.WebAuthnAuth) with the digest as challenge; false if malformed
    function isSignedByPasskey(address keyHash, bytes32 rpIdHash, bytes32 digest, bytes calldata signature)
        internal
        view
        returns (bool)
    {
        if (signature.length < AUTH_OFFSET) return false;
        (bytes32 qx, bytes32 qy, uint256 offset) = abi.decode(signature[:AUTH_OFFSET], (bytes32, bytes32, uint256));
        if (offset != AUTH_OFFSET || keyHashOf(qx, qy) != keyHash) return false;
        (bool decoded, WebAuthn.WebAuthnAuth calldata auth) = WebAuthn.tryDecodeAuth(signature[AUTH_OFFSET:]);
        if (!decoded) return false;
        (bool asAsked, bytes32 signed) = _assertion(auth, rpIdHash, digest);
        return asAsked && P256.verify(signed, auth.r, auth.s, qx, qy);
    }

    /// @return asAsked whether it is an assertion about `digest` for this site
    /// @return signed what the authenticator signs of it
    function _assertion(WebAuthn.WebAuthnAuth calldata auth, bytes32 rpIdHash, bytes32 digest)
        private
        view
        returns (bool asAsked, bytes32 signed)
    {
        (bytes calldata data, bytes calldata client) = (auth.authenticatorData, bytes(auth.clientDataJSON));
        asAsked = _isVerified(data, rpIdHash) && _isOf(client, auth.typeIndex)
            && _isAbout(client, auth.challengeIndex, digest);
        if (asAsked) signed = _signedHash(data, client);
    }

    /// @dev For this site, user present and verified; a key that is backed up is one that may be.
    function _isVerified(bytes calldata data, bytes32 rpIdHash) private pure returns (bool) {
        if (data.length < AUTHENTICATOR_DATA_LENGTH || bytes32(data[:FLAGS_AT]) != rpIdHash) return false;
        uint8 flags = uint8(data[FLAGS_AT]);
        return flags & (USER_PRESENT | USER_VERIFIED) == USER_PRESENT | USER_VERIFIED
            && flags & (BACKUP_ELIGIBLE | BACKED_UP) != BACKED_UP;
    }

    function _isOf(bytes calldata client, uint256 index) private pure returns (bool) {
        return _fits(client, index, TYPE_LENGTH) && _wordAt(client, index) >> 256 - 8 * TYPE_LENGTH == TYPE;
    }

    /// @dev Of the 43 characters of the challenge 32 are of the first 24 bytes, and 11 of the last 8, after which nothing
    /// stands but zeros.
    function _isAbout(bytes calldata client, uint256 index, bytes32 digest) private pure returns (bool) {
        if (!_fits(client, index, CHALLENGE_LENGTH)) return false;
        if (_wordAt(client, index) >> 256 - 8 * BEFORE_CHALLENGE_LENGTH != BEFORE_CHALLENGE) return false;
        index += BEFORE_CHALLENGE_LENGTH;
        if (_wordAt(client, index) != Base64Words.encode(uint256(digest) >> 64)) return false;
        uint256 last = Base64Words.encode(uint256(digest) << 192 >> 64) >> 168;
        return _wordAt(client, index + 32) >> 160 == last << 8 | QUOTE;
    }

    /// @notice sha256(data | sha256(client)): what the authenticator signs.
    /// @dev In memory that nobody has taken. The precompile fails only for want of gas.
    function _signedHash(bytes calldata data, bytes calldata client) private view returns (bytes32 hash) {
        assembly ("memory-safe") {
            let input := mload(0x40)
            calldatacopy(input, client.offset, client.length)
            if iszero(staticcall(gas(), 2, input, client.length, 0x00, 0x20)) { revert(0x00, 0x00) }
            calldatacopy(input, data.offset, data.length)
            mstore(add(input, data.length), mload(0x00))
            if iszero(staticcall(gas(), 2, input, add(data.length, 0x20), 0x00, 0x20)) { revert(0x00, 0x00) }
            hash := mload(0x00)
        }
    }

    function _fits(bytes calldata client, uint256 index, uint256 length) private pure returns (bool) {
        return client.length >= length && index <= client.length - length;
    }

    /// @dev What is read past the end of `client` is for the caller to leave out.
    function _wordAt(bytes calldata client, uint256 index) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(client.offset, index))
        }
    }

    function keyHashOf(bytes32 qx, bytes32 qy) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(qx, qy)))));
    }
}
