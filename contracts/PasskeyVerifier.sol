// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WebAuthn} from "@openzeppelin/contracts/utils/cryptography/WebAuthn.sol";

/// @title Signatures by passkey
/// @dev The authenticator signs the hash of the site's rpId, and a browser lets only the site's own origins use it: so the
/// check of `rpIdHash` shuts out every other origin.
library PasskeyVerifier {
    /// @dev Where WebAuthnAuth begins in abi.encode(qx, qy, WebAuthnAuth): after two words and its offset.
    uint256 private constant AUTH_OFFSET = 0x60;

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
        if (!decoded || auth.authenticatorData.length < 32 || bytes32(auth.authenticatorData[:32]) != rpIdHash) {
            return false;
        }
        // OpenZeppelin reads at this index before it compares it, and would burn all gas on a wild one.
        if (auth.typeIndex >= bytes(auth.clientDataJSON).length) return false;
        return WebAuthn.verify(abi.encodePacked(digest), auth, qx, qy);
    }

    function keyHashOf(bytes32 qx, bytes32 qy) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(qx, qy)))));
    }
}
