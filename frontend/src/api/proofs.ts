import type { Close, ProvenClose } from './types';

/** The proof that was kept of a close, and the last day of the one that it goes on from. */
export interface Kept {
  readonly proof: ProvenClose;
  readonly before: string | undefined;
}

/** The proof to offer with a close that stands; of a close that was opened again there is none to offer. */
export function proofOf(close: Close, proven: readonly ProvenClose[]): Kept | undefined {
  const place = proven.findIndex(({ block, through }) => block === close.block && through === close.through);
  const proof = proven[place];
  if (!proof || !close.stands) return undefined;
  // A period that was opened again has proofs of the close before that, too: it does not go on from itself.
  const before = proven.slice(0, place).findLast(({ through }) => through < proof.through);
  return { proof, before: before?.through };
}
