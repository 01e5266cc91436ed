/** What is signed: built here, and compared with what the server says before anybody signs it. */

import type { UnsignedOrder } from '../api/types';
import { hexOf } from '../verify/hex';
import { BALLOT, boundTo, digestOf } from '../verify/signatures';
import type { BallotOrder } from './paper';

const DOMAIN = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
];

/** A ballot that the server and this device understand in the same way. */
export interface ToSign {
  readonly ballot: BallotOrder;
  readonly chainId: number;
  readonly box: string;
  readonly rpId: string;
  readonly digest: Uint8Array;
  readonly typedData: string;
  readonly signer: { readonly kind: 'ACCOUNT' | 'PASSKEY'; readonly address: string };
}

/** Why nothing is signed: a key of `vote.problem`. */
export class SigningError extends Error {
  constructor(
    readonly key:
      | 'differs'
      | 'unknownMember'
      | 'noWallet'
      | 'otherAccount'
      | 'otherChain'
      | 'declined'
      | 'noPasskeys'
      | 'otherPasskey'
      | 'badSignature',
    readonly detail = '',
  ) {
    super(`${key} ${detail}`);
  }
}

/** The digest and the typed data of a ballot for one BallotBox, computed on this device. */
export function typed(ballot: BallotOrder, chainId: number, box: string): { digest: Uint8Array; typedData: string } {
  const { member, meeting, call, deadline } = ballot;
  const choices = BigInt(ballot.choices);
  const fields = BALLOT.slice(BALLOT.indexOf('(') + 1, -1).split(',');
  return {
    digest: digestOf(boundTo(chainId, box, '').domain, BALLOT, [member, meeting, call, choices, deadline]),
    typedData: JSON.stringify({
      types: {
        EIP712Domain: DOMAIN,
        Ballot: fields.map((field) => {
          const [type, name] = field.split(' ');
          return { name, type };
        }),
      },
      primaryType: 'Ballot',
      domain: { name: 'Koperasi BallotBox', version: '1', chainId, verifyingContract: box },
      message: { member, meeting, call, choices: choices.toString(), deadline },
    }),
  };
}

/** What the server would have signed, if it is the ballot that was filled in here. SigningError if it is not. */
export function agreed(ballot: BallotOrder, told: UnsignedOrder): ToSign {
  const { chainId, verifyingContract } = told.typed_data.domain;
  const { digest, typedData } = typed(ballot, chainId, verifyingContract);
  if (hexOf(digest) !== told.digest) throw new SigningError('differs');
  if (!told.signer) throw new SigningError('unknownMember');
  const { kind, address } = told.signer;
  return { ballot, chainId, box: verifyingContract, rpId: told.rp_id, digest, typedData, signer: { kind, address } };
}
