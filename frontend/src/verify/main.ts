/** The verifier's page: where the raw data comes from, how far the count is, and what it found. */

import './verify.css';
import { type Bundle, readBundle } from './bundle';
import { VerifyError } from './hex';
import { type Recounted, recount } from './recount';
import { Node, type Where } from './rpc';
import { make, type Say, show } from './show';
import { en, id, type Key } from './words';

const FIELDS = ['rpc', 'meeting', 'rat', 'box', 'registry', 'authority', 'rpId', 'firstBlock'] as const;
type Field = (typeof FIELDS)[number];

const root = document.getElementById('root')!;
const state = {
  english: !navigator.language.startsWith('id'),
  /** What was filled in, at first from the address: #rat=0x…&box=… */
  fields: new Map(new URLSearchParams(location.hash.slice(1))),
  status: '' as string,
  counted: null as Recounted | null,
  bundle: null as Bundle | null,
};

const say: Say = (key) => (state.english ? en : id)[key];

function draw(): void {
  document.documentElement.lang = state.english ? 'en' : 'id';
  document.title = say('title');
  const language = make('button', { type: 'button' }, say('other'));
  language.addEventListener('click', () => {
    state.english = !state.english;
    draw();
  });
  root.replaceChildren(
    language,
    make('h1', {}, say('title')),
    make('p', {}, say('lead')),
    fileForm(),
    nodeForm(),
    make('p', { id: 'status', role: 'status' }, state.status),
    ...(state.bundle ? [keepLink(state.bundle)] : []),
    ...(state.counted ? [show(state.counted.report, state.counted.titles, say)] : []),
  );
}

function fileForm(): Element {
  const input = make('input', { type: 'file', accept: '.json,application/json', id: 'file' }) as HTMLInputElement;
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) void run(async () => ({ bundle: readBundle(await file.text()), node: null }));
  });
  return make('fieldset', {}, make('legend', {}, say('fromFile')), make('label', { for: 'file' }, say('file')), input);
}

function nodeForm(): Element {
  const inputs = FIELDS.map((name) => {
    const input = make('input', { id: name, value: state.fields.get(name) ?? '' }) as HTMLInputElement;
    input.addEventListener('input', () => state.fields.set(name, input.value.trim()));
    return make('div', {}, make('label', { for: name }, say(name)), input);
  });
  const form = make('form', {}, ...inputs, make('button', {}, say('count')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run(fromNode);
  });
  return make('fieldset', {}, make('legend', {}, say('fromNode')), form);
}

async function fromNode(): Promise<{ bundle: Bundle; node: Node }> {
  const of = (name: Field) => state.fields.get(name) ?? '';
  const address = (name: Field) => of(name).toLowerCase();
  const where: Where = {
    rat: address('rat'),
    box: address('box'),
    registry: address('registry'),
    authority: address('authority'),
    rpId: of('rpId'),
    firstBlock: Number(of('firstBlock')),
  };
  const addresses = [where.rat, where.box, where.registry, where.authority];
  const isWhole = addresses.every((each) => /^0x[0-9a-f]{40}$/.test(each)) && /^\d+$/.test(of('meeting'));
  if (!isWhole || !of('rpc') || !where.rpId || !/^\d+$/.test(of('firstBlock'))) throw new FormError();
  const node = new Node(of('rpc'));
  const bundle = await node.bundle(where, Number(of('meeting')), (what, done, all) => tell(what, done, all));
  return { bundle, node };
}

class FormError extends Error {}

/** Count what `load` gives, and show it or what stopped it. */
async function run(load: () => Promise<{ bundle: Bundle; node: Node | null }>): Promise<void> {
  state.counted = state.bundle = null;
  try {
    const { bundle, node } = await load();
    let contracts = bundle.contracts;
    const ask = node && (async (signers: readonly string[]) => (contracts = await node.wallets(signers)));
    state.counted = await recount(bundle, (done, all) => tell('signature', done, all), ask ?? undefined);
    state.bundle = node && { ...bundle, contracts };
    state.status = '';
  } catch (error) {
    state.status = `${say('stopped')} ${problem(error)}`;
  }
  draw();
}

function problem(error: unknown): string {
  if (error instanceof FormError) return say('badForm');
  if (error instanceof VerifyError) return [say(error.key), error.detail].filter(Boolean).join(': ');
  return `${say('badData')}: ${error}`;
}

function tell(what: Key, done: number, all: number): void {
  const status = document.getElementById('status');
  if (status) status.textContent = `${say(what)}: ${done} / ${all}`;
}

function keepLink(bundle: Bundle): Element {
  const link = make('a', { download: `meeting-${bundle.meeting}.json` }, say('keep')) as HTMLAnchorElement;
  link.href = URL.createObjectURL(new Blob([JSON.stringify(bundle)], { type: 'application/json' }));
  return link;
}

draw();
