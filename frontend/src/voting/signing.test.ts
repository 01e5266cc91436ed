import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { expect, it } from 'vitest';
import type { UnsignedOrder } from '../api/types';
import { hexOf, join, keccak } from '../verify/hex';
import { agreed, SigningError, type ToSign, typed } from './order';
import type { BallotOrder } from './paper';
import { signWithPasskey } from './passkey';
import { type Provider, signWithWallet } from './wallet';

const BALLOT: BallotOrder = { order: 'ballot', member: 3, meeting: 1, call: 1, choices: '0x39', deadline: 1_737_694_800 };
const BOX = `0x${'69'.repeat(20)}`;
const CHAIN = 31_337;
const KEY = new Uint8Array(32).fill(7);
const POINT = p256.getPublicKey(KEY, false).slice(1);
const PASSKEY = hexOf(keccak(POINT).slice(-20));
const ACCOUNT = hexOf(keccak(secp256k1.getPublicKey(KEY, false).slice(1)).slice(-20));

const told = (ballot: BallotOrder, signer: UnsignedOrder['signer']) =>
  ({
    typed_data: JSON.parse(typed(ballot, CHAIN, BOX).typedData) as UnsignedOrder['typed_data'],
    digest: hexOf(typed(ballot, CHAIN, BOX).digest),
    challenge: '',
    rp_id: 'localhost',
    signer,
  }) satisfies UnsignedOrder;
const asked = (kind: 'ACCOUNT' | 'PASSKEY', address: string): ToSign =>
  agreed(BALLOT, told(BALLOT, { member: 3, kind, address }));

const base64url = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** Answers with the key above, with s as it comes. */
function authenticator(flags = 0x05): CredentialsContainer {
  const get = async ({ publicKey }: CredentialRequestOptions) => {
    const challenge = base64url(publicKey!.challenge as Uint8Array);
    const client = utf8ToBytes(JSON.stringify({ type: 'webauthn.get', challenge, origin: 'http://localhost' }));
    const data = join(sha256(utf8ToBytes('localhost')), Uint8Array.of(flags, 0, 0, 0, 9));
    const signature = p256.sign(join(data, sha256(client)), KEY, { format: 'der', lowS: false });
    return { response: { authenticatorData: data.buffer, clientDataJSON: client.slice().buffer, signature: signature.slice().buffer } };
  };
  return { get } as unknown as CredentialsContainer;
}

const key = async (work: Promise<unknown>) => ((await work.catch((error: unknown) => error)) as SigningError).key;

it('signs only what was filled in here', () => {
  const signer = { member: 3, kind: 'ACCOUNT' as const, address: ACCOUNT };
  expect(() => agreed(BALLOT, told({ ...BALLOT, choices: '0x0' }, signer))).toThrow(new SigningError('differs'));
  expect(() => agreed(BALLOT, told(BALLOT, null))).toThrow(new SigningError('unknownMember'));
});

it('makes of a passkey’s answer what the contract takes, whatever s it has', async () => {
  for (let meeting = 1; meeting < 9; meeting++) {
    const ballot = { ...BALLOT, meeting };
    const toSign = agreed(ballot, told(ballot, { member: 3, kind: 'PASSKEY', address: PASSKEY }));
    const signature = await signWithPasskey(toSign, authenticator());
    expect(signature.startsWith(hexOf(POINT))).toBe(true);
  }
});

it.each([
  ['of another member', asked('PASSKEY', ACCOUNT), authenticator(), 'otherPasskey'],
  ['without verification', asked('PASSKEY', PASSKEY), authenticator(0x01), 'badSignature'],
  ['that was declined', asked('PASSKEY', PASSKEY), { get: () => Promise.reject(new Error('no')) }, 'declined'],
  ['that there is none', asked('PASSKEY', PASSKEY), {}, 'noPasskeys'],
] as const)('says of a passkey %s', async (_, toSign, credentials, expected) => {
  expect(await key(signWithPasskey(toSign, credentials as CredentialsContainer))).toBe(expected);
});

const wallet = (answers: Record<string, unknown>): Provider => ({
  request: async ({ method }) => {
    if (!(method in answers)) throw new Error('User rejected the request');
    return answers[method];
  },
});
const GOOD = { eth_requestAccounts: [ACCOUNT], eth_chainId: '0x7a69', eth_signTypedData_v4: '0x1234' };

it('asks the wallet for the registered account on the right chain', async () => {
  const toSign = asked('ACCOUNT', ACCOUNT);
  expect(await signWithWallet(wallet(GOOD), toSign)).toBe('0x1234');
  expect(await signWithWallet(wallet({ ...GOOD, eth_chainId: '0x1', wallet_switchEthereumChain: null }), toSign)).toBe('0x1234');
  expect(await key(signWithWallet(null, toSign))).toBe('noWallet');
  expect(await key(signWithWallet(wallet({ ...GOOD, eth_requestAccounts: [PASSKEY] }), toSign))).toBe('otherAccount');
  expect(await key(signWithWallet(wallet({ ...GOOD, eth_chainId: '0x1' }), toSign))).toBe('otherChain');
  expect(await key(signWithWallet(wallet({ eth_requestAccounts: [ACCOUNT], eth_chainId: '0x7a69' }), toSign))).toBe('declined');
});
