/** A report as elements of the page; no text of the chain becomes markup. */

import type { Difference } from './replay';
import type { CallReport, ElectionReport, Report, ResolutionReport } from './results';
import { type Key, meaningOf } from './words';

export type Say = (key: Key) => string;

/** An element with children; strings become text. */
export function make(tag: string, attributes: Record<string, string> = {}, ...children: (Element | string)[]): Element {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The whole report. */
export function show(report: Report, titles: Readonly<Record<string, string>>, say: Say): Element {
  const calls = [call('call1', report.first_call, say), ...(report.second_call ? [call('call2', report.second_call, say)] : [])];
  return make(
    'div',
    {},
    verdict(report.differences, say),
    make('p', {}, `${say('roll')}: ${report.eligible}. ${say('block')} ${report.block}.`),
    make('ul', {}, ...calls),
    ...section(say('motions'), Object.entries(report.motions).map((each) => resolution(each, titles, say))),
    ...section(say('elections'), Object.entries(report.elections).map((each) => election(each, titles, say))),
    ...section(say('refused'), refused(report, say)),
    ...section(say('byContract'), report.by_contract.map((each) => make('p', {}, `#${each.member} ${each.transaction}`))),
  );
}

function section(title: string, content: readonly Element[]): Element[] {
  return content.length ? [make('h2', {}, title), ...content] : [];
}

function verdict(differences: readonly Difference[], say: Say): Element {
  if (!differences.length) return make('p', { class: 'good', role: 'status' }, say('equal'));
  const lines = differences.map((each) => make('li', {}, difference(each, say)));
  return make('div', { class: 'bad', role: 'alert' }, make('p', {}, say('differs')), make('ul', {}, ...lines));
}

function difference(each: Difference, say: Say): string {
  const details = [
    each.row && `${say('row')} ${each.row}`,
    each.member && `${say('member')} #${each.member}`,
    each.what,
    each.said !== undefined && `${say('said')}: ${each.said}`,
    each.found !== undefined && `${say('found')}: ${each.found}`,
    each.transaction,
  ].filter(Boolean);
  return `${each.kind}: ${say(meaningOf(each.kind))}. ${details.join(', ')}`;
}

function call(title: Key, found: CallReport, say: Say): Element {
  const parts = [
    `${found.present} ${say('present')}`,
    `${found.needed} ${say('needed')}`,
    `${found.paper} ${say('paper')}`,
    `${found.ballots} ${say('ballots')}`,
  ];
  return make('li', {}, `${say(title)}: ${parts.join(', ')}: ${say(found.quorate ? 'quorate' : 'notQuorate')}`);
}

function resolution([number, found]: [string, ResolutionReport], titles: Readonly<Record<string, string>>, say: Say): Element {
  const votes = (['FOR', 'AGAINST', 'ABSTAIN'] as const).map((choice) => `${say(choice)} ${found[choice]}`);
  return make('p', {}, make('b', {}, `${number}. ${titles[number] ?? ''}`), ` ${votes.join(', ')}: ${say(found.outcome)}`);
}

function election([number, found]: [string, ElectionReport], titles: Readonly<Record<string, string>>, say: Say): Element {
  const rows = Object.entries(found.votes).map(([member, votes]) => [
    `#${member}`,
    `${votes}`,
    found.elected.includes(Number(member)) ? say('elected') : '',
  ]);
  const outcome = found.outcome === 'PASSED' ? say('decided') : say(found.outcome);
  const caption = `${number}. ${titles[number] ?? ''}: ${outcome}`;
  return table(caption, [say('candidate'), say('votes'), ''], rows);
}

function refused(report: Report, say: Say): Element[] {
  if (!report.rejected.length) return [];
  const rows = report.rejected.map((each) => [`${each.row}`, each.reason]);
  return [table('', [say('row'), say('reason')], rows)];
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): Element {
  return make(
    'table',
    {},
    ...(caption ? [make('caption', {}, caption)] : []),
    make('thead', {}, make('tr', {}, ...heads.map((each) => make('th', { scope: 'col' }, each)))),
    make('tbody', {}, ...rows.map((row) => make('tr', {}, ...row.map((each) => make('td', {}, each))))),
  );
}
