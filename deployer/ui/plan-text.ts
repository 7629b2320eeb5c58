import type { Planned } from '../run/host-run.ts';
import { outcomeWord } from './outcome-words.ts';
import { wrap } from './text.ts';

/**
 * What a push is going to do, one entry for servers with the same plan, and the totals:
 *
 *     nas-1, nas-2: first install
 *     pi-1: config differs in monitored_services
 *     pi-2: failed: Expected 60 MB of free space in /opt, found 12 MB
 *     3 change, 2 unchanged, 1 failed
 */
export function planText(plan: readonly Planned[], width: number): string {
  const hosts = new Map<string, string[]>();
  for (const planned of plan) {
    const { host, ended } = planned;
    if (ended?.outcome === 'unchanged') continue;
    const text = ended === null ? stepWords(planned) : endWords(ended);
    hosts.set(text, [...(hosts.get(text) ?? []), host]);
  }
  const entries = [...hosts].map(([text, names]) => `${names.join(', ')}: ${text}`);
  return [...entries.map(entry => wrap(entry, width, '    ')), totals(plan)].join('\n');
}

/** A first install writes every file: only the agent whose place it takes is named. */
function stepWords({ steps, firstInstall }: Planned): string {
  const named = firstInstall ? steps.filter(({ what }) => what === 'takeover') : steps;
  const words = named.map(({ what, text }) => `${what} ${text}`);
  return [...(firstInstall ? ['first install'] : []), ...words].join('; ');
}

function endWords({ outcome, reason }: NonNullable<Planned['ended']>): string {
  return `${outcomeWord(outcome, false).word}: ${reason?.split('\n')[0] ?? ''}`;
}

function totals(plan: readonly Planned[]): string {
  const counts = new Map<string, number>([['change', 0]]);
  for (const { ended } of plan) {
    const word = ended === null ? 'change' : outcomeWord(ended.outcome, false).word;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}
