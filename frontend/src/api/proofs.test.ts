import { expect, test } from 'vitest';
import { proofOf } from './proofs';
import type { Close, ProvenClose } from './types';

const close = (block: number, through: string, stands = true) => ({ block, through, stands }) as Close;
const proven = (block: number, through: string) => ({ block, through }) as ProvenClose;

test('a close goes on from the close of the period before', () => {
  const kept = [proven(10, '2025-01-31'), proven(20, '2025-02-28')];
  expect(proofOf(close(20, '2025-02-28'), kept)).toEqual({ proof: kept[1], before: '2025-01-31' });
  expect(proofOf(close(10, '2025-01-31'), kept)).toEqual({ proof: kept[0], before: undefined });
});

test('a close after its period was opened again does not go on from itself', () => {
  const kept = [proven(10, '2025-01-31'), proven(20, '2025-02-28'), proven(30, '2025-02-28')];
  expect(proofOf(close(30, '2025-02-28'), kept)?.before).toBe('2025-01-31');
  expect(proofOf(close(20, '2025-02-28', false), kept)).toBeUndefined();
});

test('two closes in one block have each their own proof', () => {
  const kept = [proven(10, '2025-01-31'), proven(10, '2025-02-28')];
  expect(proofOf(close(10, '2025-02-28'), kept)).toEqual({ proof: kept[1], before: '2025-01-31' });
});
