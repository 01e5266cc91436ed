/** Members' signatures checked: EOAs by ecrecover, passkeys by P-256 with this house's WebAuthn rules. */

import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { bigOf, bytesOf, equal, hexOf, join, keccak, word } from './hex';

/** ASK: no EOA's signature; only if the signer is a contract wallet can the wallet itself tell. */
export type Verdict = 'BAD' | 'GOOD' | 'ASK';

/** An EIP-712 struct (its members as numbers) and who is said to have signed it. */
export interface Signed {
  readonly type: string;
  readonly values: readonly (number | bigint)[];
  readonly signer: string;
  readonly isPasskey: boolean;
  readonly signature: Uint8Array;
}

export const BALLOT = 'Ballot(uint32 member,uint32 meeting,uint8 call,uint256 choices,uint40 deadline)';
export const CHECK_IN = 'CheckIn(uint32 member,uint32 meeting,uint8 call,uint40 deadline)';
export const PROXY = 'Proxy(uint32 member,uint32 holder,uint32 meeting,uint40 deadline)';
export const OBJECTION = 'Objection(uint32 member,uint32 meeting,uint8 motion,uint40 deadline)';
export const CANDIDACY = 'Candidacy(uint32 member,bytes32 election,address account,uint40 deadline)';
export const RAT_DOMAIN = 'Koperasi RAT';
const DOMAIN = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)';

const USER_PRESENT_AND_VERIFIED = 0x05;
const ELIGIBLE_FOR_BACKUP = 0x08;
const BACKED_UP = 0x10;

/** What orders to a box or a RAT are bound to: its chain and address, and the domain of the passkeys. */
export interface Bound {
  readonly domain: Uint8Array;
  readonly rpIdHash: Uint8Array;
}

export function boundTo(chainId: number, contract: string, rpId: string, name = 'Koperasi BallotBox'): Bound {
  const address = new Uint8Array(32);
  address.set(bytesOf(contract), 12);
  const words = join(keccak(DOMAIN), keccak(name), keccak('1'), word(chainId), address);
  return { domain: keccak(words), rpIdHash: sha256(utf8ToBytes(rpId)) };
}

/** What is signed. */
export function digestOf(domain: Uint8Array, type: string, values: readonly (number | bigint)[]): Uint8Array {
  const struct = keccak(join(keccak(type), ...values.map(word)));
  return keccak(join(Uint8Array.of(0x19, 0x01), domain, struct));
}

/** Whether the signature is the signer's. */
export function check(bound: Bound, signed: Signed): Verdict {
  const digest = digestOf(bound.domain, signed.type, signed.values);
  if (signed.isPasskey) {
    return isByPasskey(bytesOf(signed.signer), bound.rpIdHash, digest, signed.signature) ? 'GOOD' : 'BAD';
  }
  return recovered(digest, signed.signature) === signed.signer ? 'GOOD' : 'ASK';
}

/** The address of an EOA's 65 bytes with low s and v of 27 or 28. */
function recovered(digest: Uint8Array, signature: Uint8Array): string | null {
  const v = signature[64];
  if (signature.length !== 65 || (v !== 27 && v !== 28)) return null;
  try {
    const found = secp256k1.Signature.fromBytes(signature.slice(0, 64), 'compact').addRecoveryBit(v - 27);
    if (found.hasHighS()) return null;
    return hexOf(keccak(found.recoverPublicKey(digest).toBytes(false).slice(1)).slice(-20));
  } catch {
    return null;
  }
}

/** WebAuthnAuth of an ABI-encoded passkey signature. */
interface Assertion {
  readonly rs: Uint8Array;
  readonly challengeAt: bigint;
  readonly typeAt: bigint;
  readonly authenticator: Uint8Array;
  readonly client: Uint8Array;
}

/**
 * Whether `signature` is a user-verified WebAuthn assertion over `digest` by the P-256 key of that hash.
 * The rules are those of the register (contracts/PasskeyVerifier.sol), the origin bound by `rpIdHash`.
 */
export function isByPasskey(
  keyHash: Uint8Array,
  rpIdHash: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = signature.slice(0, 64);
  if (signature.length < 96 || !equal(keccak(key).slice(-20), keyHash) || wordAt(signature, 64) !== 96n) return false;
  const found = assertionIn(signature.slice(96));
  if (!found || !holds(found, rpIdHash, digest)) return false;
  const hashed = sha256(join(found.authenticator, sha256(found.client)));
  try {
    return p256.verify(found.rs, hashed, join(Uint8Array.of(4), key), { prehash: false, lowS: true });
  } catch {
    return false;
  }
}

function holds(found: Assertion, rpIdHash: Uint8Array, digest: Uint8Array): boolean {
  const { authenticator, client } = found;
  if (authenticator.length < 37 || !equal(authenticator.slice(0, 32), rpIdHash)) return false;
  const flags = authenticator[32]!;
  return (
    isAt(client, found.typeAt, '"type":"webauthn.get"') &&
    isAt(client, found.challengeAt, `"challenge":"${base64url(digest)}"`) &&
    (flags & USER_PRESENT_AND_VERIFIED) === USER_PRESENT_AND_VERIFIED &&
    ((flags & ELIGIBLE_FOR_BACKUP) !== 0 || (flags & BACKED_UP) === 0)
  );
}

function isAt(text: Uint8Array, at: bigint, expected: string): boolean {
  if (at > BigInt(text.length)) return false;
  return equal(text.slice(Number(at), Number(at) + expected.length), utf8ToBytes(expected));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function assertionIn(data: Uint8Array): Assertion | null {
  if (data.length < 192) return null;
  const authenticator = tail(data, wordAt(data, 128));
  const client = tail(data, wordAt(data, 160));
  if (!authenticator || !client) return null;
  return { rs: data.slice(0, 64), challengeAt: wordAt(data, 64), typeAt: wordAt(data, 96), authenticator, client };
}

function tail(data: Uint8Array, offset: bigint): Uint8Array | null {
  if (offset > BigInt(data.length - 32)) return null;
  const start = Number(offset) + 32;
  const length = wordAt(data, Number(offset));
  return length <= BigInt(data.length - start) ? data.slice(start, start + Number(length)) : null;
}

function wordAt(data: Uint8Array, at: number): bigint {
  return bigOf(data.slice(at, at + 32));
}
