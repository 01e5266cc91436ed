/** The newest seal this device has seen, and whether the books still continue it. */

import { ApiError, get, withQuery } from '../api/client';
import type { ConsistencyProof, TreeHead } from '../api/types';
import { fromHex } from './hashing';
import { isConsistent } from './tree';

/** `behind`: the server knows fewer final entries than this device has seen. */
export type Continuity = 'first' | 'same' | 'behind' | 'broken';

export interface Recollection {
  readonly continuity: Continuity;
  /** Entries under the seal that was remembered. */
  readonly size: number;
}

const KEY = 'seal';

/** Compare a seal with the remembered one by a consistency proof, and remember it if it goes on from that. */
export async function recall(head: TreeHead): Promise<Recollection> {
  const old = remembered();
  if (!old) return remember(head, 'first', head.size);
  if (head.size < old.size) return { continuity: 'behind', size: old.size };
  const continues = await doesContinue(old, head);
  return continues ? remember(head, 'same', old.size) : { continuity: 'broken', size: old.size };
}

/** Start anew, for example with other books. */
export function forget(): void {
  localStorage.removeItem(KEY);
}

async function doesContinue(old: TreeHead, head: TreeHead): Promise<boolean> {
  if (old.size === head.size) return old.root === head.root;
  try {
    const proof = await get<ConsistencyProof>(withQuery('/consistency', { old: old.size, new: head.size }));
    const [before, after] = [fromHex(old.root), fromHex(head.root)];
    return await isConsistent(old.size, head.size, before, after, proof.path.map(fromHex));
  } catch (error) {
    if (error instanceof ApiError || !(error instanceof RangeError)) throw error;
    return false;
  }
}

function remember(head: TreeHead, continuity: Continuity, size: number): Recollection {
  localStorage.setItem(KEY, JSON.stringify({ size: head.size, root: head.root }));
  return { continuity, size };
}

function remembered(): TreeHead | null {
  try {
    const { size, root } = JSON.parse(localStorage.getItem(KEY) ?? '') as TreeHead;
    return Number.isSafeInteger(size) && /^[0-9a-f]{64}$/.test(root) ? { size, root } : null;
  } catch {
    return null;
  }
}
