import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/client';
import { forget, recall } from './memory';
import { tree } from './vectors.json';

const roots: Record<string, string> = tree.roots;
const seal = (size: number) => ({ size, root: roots[size] ?? '' });
const proofOf = (old: number, size: number) => tree.consistency.find((one) => one.old === old && one.new === size);

function serve(body: unknown, status = 200) {
  const answer = vi.fn(async (_address: string) => new Response(JSON.stringify(body), { status }));
  vi.stubGlobal('fetch', answer);
  return answer;
}

beforeEach(() => {
  forget();
  serve({ code: 'NOT_FOUND', messages: { id: 'tidak', en: 'no' } }, 404);
});

describe('recall', () => {
  it('remembers the first seal it sees', async () => {
    expect(await recall(seal(5))).toEqual({ continuity: 'first', size: 5 });
    expect(await recall(seal(5))).toEqual({ continuity: 'same', size: 5 });
  });

  it('goes on when the newer seal is proven to continue the old one', async () => {
    await recall(seal(5));
    const asked = serve({ path: proofOf(5, 13)?.path });
    expect(await recall(seal(13))).toEqual({ continuity: 'same', size: 5 });
    expect(asked.mock.calls[0]?.[0]).toBe('/api/v1/consistency?old=5&new=13');
    expect(await recall(seal(13))).toEqual({ continuity: 'same', size: 13 });
  });

  it.each([
    ['of other books', { ...seal(13), root: 'ab'.repeat(32) }, proofOf(5, 13)?.path],
    ['with a proof of other sizes', seal(13), proofOf(8, 13)?.path],
    ['with a proof that is no hex', seal(13), ['zz']],
  ])('notices a seal %s, and keeps the old one', async (_, head, path) => {
    await recall(seal(5));
    serve({ path });
    expect(await recall(head)).toEqual({ continuity: 'broken', size: 5 });
    expect(await recall(seal(5))).toEqual({ continuity: 'same', size: 5 });
  });

  it('notices another root for the same size', async () => {
    await recall(seal(5));
    expect(await recall({ size: 5, root: 'cd'.repeat(32) })).toEqual({ continuity: 'broken', size: 5 });
  });

  it('says that a server is behind', async () => {
    await recall(seal(13));
    expect(await recall(seal(5))).toEqual({ continuity: 'behind', size: 13 });
  });

  it('does not judge when the server gives no proof', async () => {
    await recall(seal(5));
    await expect(recall(seal(13))).rejects.toBeInstanceOf(ApiError);
  });

  it('starts anew over a memory that is no seal', async () => {
    localStorage.setItem('seal', '{"size": "many"}');
    expect((await recall(seal(5))).continuity).toBe('first');
  });
});
