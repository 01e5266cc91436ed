/** What a meeting's body says of its ballot. */

import type { Meeting, Motion } from '../api/types';

export const seatsOf = (motion: Motion) => motion.offices.length;
export const isElection = (motion: Motion) => motion.kind === 'ELECTION';

/** What can still be voted on. */
export const isOpen = (motion: Motion) => motion.outcome !== 'WITHDRAWN';

/** The call that a paper would be for now; nothing if the meeting takes none any more. */
export function callNow({ as_of: now, head, calls }: Meeting): { call: 1 | 2; opensAt: number; closesAt: number } | null {
  for (const { call, opens_at: opensAt, closes_at: closesAt } of head.calls) {
    if (calls[call - 1]?.takes_place && now < closesAt) return { call, opensAt, closesAt };
  }
  return null;
}
