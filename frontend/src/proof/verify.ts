/** An entry and its proof, recomputed from what the page shows, and compared. */

import type { Entry, InclusionProof } from '../api/types';
import { canonicalText } from './canonical';
import { type Bytes, equalBytes, fromHex, leafHash, sha256, toHex } from './hashing';
import { climb, type Step } from './tree';

/** Why an entry is not proven. */
export type Fault = 'HASH_DIFFERS' | 'WRONG_PLACE' | 'MALFORMED' | 'ROOT_DIFFERS';

/** Everything that was computed on the way, for whoever wants to see it. */
export interface Verdict {
  readonly fault: Fault | null;
  readonly text: string;
  readonly hash: string;
  readonly steps: readonly Step[];
  readonly root: string | null;
}

/** Check that the entry has its hash, and that the hash is in the tree at the entry's place. */
export async function verifyEntry(entry: Entry, proof: InclusionProof): Promise<Verdict> {
  const text = canonicalText(entry);
  const hash = await sha256(new TextEncoder().encode(text));
  const verdict = { text, hash: toHex(hash), steps: [], root: null };
  if (toHex(hash) !== entry.hash) return { ...verdict, fault: 'HASH_DIFFERS' };
  if (proof.leaf_index !== entry.number - 1) return { ...verdict, fault: 'WRONG_PLACE' };
  const path = readPath(proof.path);
  if (!path) return { ...verdict, fault: 'MALFORMED' };
  const { steps, root } = await climb(await leafHash(hash), proof.leaf_index, proof.tree_head.size, path);
  const climbed = { ...verdict, steps, root: root && toHex(root) };
  if (!root) return { ...climbed, fault: 'MALFORMED' };
  const matches = isHash(proof.tree_head.root) && equalBytes(root, fromHex(proof.tree_head.root));
  return { ...climbed, fault: matches ? null : 'ROOT_DIFFERS' };
}

function readPath(path: readonly string[]): Bytes[] | null {
  return path.every(isHash) ? path.map(fromHex) : null;
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
