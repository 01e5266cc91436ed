// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {WebAuthn} from "@openzeppelin/contracts/utils/cryptography/WebAuthn.sol";

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
    // solhint-disable-next-line quotes
    bytes private constant TYPE = '"type":"webauthn.get"';

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
        if (!decoded || !_isVerified(auth.authenticatorData, rpIdHash) || !_isAbout(auth, digest)) return false;
        bytes32 client = sha256(bytes(auth.clientDataJSON));
        return P256.verify(sha256(abi.encodePacked(auth.authenticatorData, client)), auth.r, auth.s, qx, qy);
    }

    /// @dev For this site, user present and verified; a key that is backed up is one that may be.
    function _isVerified(bytes calldata data, bytes32 rpIdHash) private pure returns (bool) {
        if (data.length < AUTHENTICATOR_DATA_LENGTH || bytes32(data[:FLAGS_AT]) != rpIdHash) return false;
        uint8 flags = uint8(data[FLAGS_AT]);
        return flags & (USER_PRESENT | USER_VERIFIED) == USER_PRESENT | USER_VERIFIED
            && flags & (BACKUP_ELIGIBLE | BACKED_UP) != BACKED_UP;
    }

    function _isAbout(WebAuthn.WebAuthnAuth calldata auth, bytes32 digest) private pure returns (bool) {
        bytes calldata client = bytes(auth.clientDataJSON);
        if (!_stands(client, auth.typeIndex, TYPE)) return false;
        // solhint-disable-next-line quotes
        bytes memory challenge = abi.encodePacked('"challenge":"', Base64.encodeURL(abi.encodePacked(digest)), '"');
        return _stands(client, auth.challengeIndex, challenge);
    }

    /// @dev Whether `expected` is in `client` at `index`.
    function _stands(bytes calldata client, uint256 index, bytes memory expected) private pure returns (bool) {
        uint256 length = expected.length;
        if (client.length < length || index > client.length - length) return false;
        return keccak256(client[index:index + length]) == keccak256(expected);
    }

    function keyHashOf(bytes32 qx, bytes32 qy) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(qx, qy)))));
    }
}
