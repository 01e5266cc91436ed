import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bundle } from './bundle';
import { en, id, meaningOf } from './words';
import vectors from './vectors.json';

const meetings = vectors as unknown as { name: string; bundle: Bundle; report: { differences: { kind: string }[] } }[];
const bundleOf = (name: string) => meetings.find((each) => each.name === name)!.bundle;

async function open(hash = ''): Promise<HTMLElement> {
  vi.resetModules();
  location.hash = hash;
  document.body.innerHTML = '<main id="root"></main>';
  await import('./main');
  return document.getElementById('root')!;
}

async function give(root: HTMLElement, text: string): Promise<void> {
  const input = root.querySelector<HTMLInputElement>('#file')!;
  Object.defineProperty(input, 'files', { value: [new File([text], 'meeting.json')] });
  input.dispatchEvent(new Event('change'));
  const before = root.querySelector('fieldset');
  await vi.waitFor(() => expect(root.querySelector('fieldset')).not.toBe(before), 10_000);
}

beforeEach(() => {
  vi.stubGlobal('navigator', { ...navigator, language: 'en-GB' });
});

describe('the verifier', () => {
  it('says that a file holds no difference, and what was decided', async () => {
    const root = await open();
    await give(root, JSON.stringify(bundleOf('every kind of act')));
    expect(root.querySelector('.good')?.textContent).toBe(en.equal);
    expect(root.textContent).toContain('#1');
    expect(root.textContent).toContain(en.CONSENSUS);
    expect(root.textContent).toContain(en.byContract);
  });

  it('names each difference', async () => {
    const root = await open();
    await give(root, JSON.stringify(bundleOf('vote changed')));
    expect(root.querySelector('[role=alert]')?.textContent).toContain(en.CHOICES);
  });

  it('speaks both languages', async () => {
    const root = await open();
    await give(root, JSON.stringify(bundleOf('objection')));
    root.querySelector('button')!.click();
    expect(root.querySelector('h1')?.textContent).toBe(id.title);
    expect(root.querySelector('.good')?.textContent).toBe(id.equal);
    expect(document.documentElement.lang).toBe('id');
  });

  it('says in words why a file cannot be counted', async () => {
    const root = await open();
    await give(root, 'nothing');
    expect(root.querySelector('#status')?.textContent).toContain(en.badBundle);
  });

  it('takes what to fill in from its address, and asks for what is missing', async () => {
    const root = await open('#meeting=3&rpId=koperasi.example.id');
    expect(root.querySelector<HTMLInputElement>('#rpId')?.value).toBe('koperasi.example.id');
    root.querySelector('form')!.dispatchEvent(new Event('submit'));
    await vi.waitFor(() => expect(root.querySelector('#status')?.textContent).toContain(en.badForm));
  });

  it('has a word for every kind of difference and outcome', () => {
    const kinds = new Set(meetings.flatMap((each) => each.report.differences.map((found) => found.kind)));
    expect(kinds.size).toBeGreaterThan(5);
    for (const kind of kinds) expect(en[meaningOf(kind)]).toBeTruthy();
    expect(Object.keys(en)).toEqual(Object.keys(id));
  });

  it('asks nobody but the node: no address is written into it', () => {
    const page = readFileSync('verify.html', 'utf-8');
    expect(page).not.toMatch(/https?:/);
  });
});
