/** Signing with a passkey: the ballot's digest is the challenge, the answer becomes what the contract checks. */

import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { bytesOf, equal, hexOf, join, keccak, word } from '../verify/hex';
import { isByPasskey } from '../verify/signatures';
import { SigningError, type ToSign } from './order';

const TIMEOUT = 120_000;
const WORD = 32;

/** What an authenticator answers. */
export interface Assertion {
  readonly authenticator: Uint8Array;
  readonly client: Uint8Array;
  readonly signature: Uint8Array;
}

/** abi.encode(qx, qy, WebAuthnAuth) by the passkey that is registered for the member. SigningError says why there is none. */
export async function signWithPasskey(asked: ToSign, credentials = navigator.credentials): Promise<string> {
  if (!credentials?.get) throw new SigningError('noPasskeys');
  const encoded = encode(await assertion(credentials, asked), asked.signer.address);
  if (!isByPasskey(bytesOf(asked.signer.address), sha256(utf8ToBytes(asked.rpId)), asked.digest, encoded)) {
    throw new SigningError('badSignature');
  }
  return hexOf(encoded);
}

async function assertion(credentials: CredentialsContainer, { digest, rpId }: ToSign): Promise<Assertion> {
  const challenge = new Uint8Array(digest);
  try {
    const found = await credentials.get({
      publicKey: { challenge, rpId, userVerification: 'required', timeout: TIMEOUT },
    });
    const { authenticatorData, clientDataJSON, signature } = (found as PublicKeyCredential)
      .response as AuthenticatorAssertionResponse;
    return {
      authenticator: new Uint8Array(authenticatorData),
      client: new Uint8Array(clientDataJSON),
      signature: new Uint8Array(signature),
    };
  } catch (error) {
    throw new SigningError('declined', (error as Error | undefined)?.message ?? '');
  }
}

/** The assertion as MemberRegistry takes it. The public key is recovered from the signature: `address` is its hash. */
export function encode({ authenticator, client, signature }: Assertion, address: string): Uint8Array {
  const rs = lowS(signature);
  const key = keyOf(rs, sha256(join(authenticator, sha256(client))), bytesOf(address));
  const text = new TextDecoder().decode(client);
  const places = ['"challenge":"', '"type":"webauthn.get"'].map((part) => text.indexOf(part));
  if (places.includes(-1)) throw new SigningError('badSignature');
  const bytes = [authenticator, client].map(dynamic);
  const offset = 6 * WORD;
  return join(
    key,
    word(3 * WORD),
    rs,
    ...places.map(word),
    word(offset),
    word(offset + bytes[0]!.length),
    ...bytes,
  );
}

/** r and s of a DER signature; the contract takes the lower of both s. */
function lowS(der: Uint8Array): Uint8Array {
  const { r, s } = p256.Signature.fromBytes(der, 'der');
  const order = p256.Point.Fn.ORDER;
  return join(word(r), word(s > order / 2n ? order - s : s));
}

/** The one of the keys that could have made the signature whose hash is the registered one. */
function keyOf(rs: Uint8Array, hashed: Uint8Array, address: Uint8Array): Uint8Array {
  const signature = p256.Signature.fromBytes(rs, 'compact');
  for (const bit of [0, 1, 2, 3]) {
    try {
      const key = signature.addRecoveryBit(bit).recoverPublicKey(hashed).toBytes(false).slice(1);
      if (equal(keccak(key).slice(-20), address)) return key;
    } catch {
      continue;
    }
  }
  throw new SigningError('otherPasskey');
}

function dynamic(bytes: Uint8Array): Uint8Array {
  return join(word(bytes.length), bytes, new Uint8Array((WORD - (bytes.length % WORD)) % WORD));
}
