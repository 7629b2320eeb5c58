import type { HostResult, Planned } from '../run/result.ts';
import { outcomeWord } from './outcome-words.ts';
import { wrap } from './text.ts';

/** One server of a plan that is shown before it is carried out. */
export interface PlanEntry {
  readonly host: string;
  /** What is going to change, if `ended` is null. */
  readonly change: string;
  /** How the work on this server ended already. */
  readonly ended: Pick<HostResult, 'outcome' | 'reason'> | null;
}

/**
 * What is going to change, one entry for servers with the same change, and the totals:
 *
 *     nas-1, nas-2: first install
 *     pi-1: config differs in monitored_services
 *     pi-2: failed: Expected 60 MB of free space in /opt, found 12 MB
 *     3 change, 2 unchanged, 1 failed
 */
export function planText(plan: readonly PlanEntry[], width: number): string {
  const hosts = new Map<string, string[]>();
  for (const { host, change, ended } of plan) {
    if (ended?.outcome === 'unchanged') continue;
    const text = ended === null ? change : endWords(ended);
    hosts.set(text, [...(hosts.get(text) ?? []), host]);
  }
  const entries = [...hosts].map(([text, names]) => `${names.join(', ')}: ${text}`);
  return [...entries.map(entry => wrap(entry, width, '    ')), totals(plan)].join('\n');
}

/** The entry of a push. A first install writes every file: only the agent whose place it takes is named. */
export function pushEntry({ host, steps, firstInstall, ended }: Planned): PlanEntry {
  const named = firstInstall ? steps.filter(({ what }) => what === 'takeover') : steps;
  const words = named.map(({ what, text }) => `${what} ${text}`);
  return { host, change: [...(firstInstall ? ['first install'] : []), ...words].join('; '), ended };
}

/** The entry of a run with `--check`, in the installer's words. */
export function checkEntry({ host, outcome, reason, changes }: HostResult): PlanEntry {
  const ended = outcome === 'changed' ? null : { outcome, reason };
  return { host, change: changes.join('; '), ended };
}

function endWords({ outcome, reason }: NonNullable<PlanEntry['ended']>): string {
  return `${outcomeWord(outcome, false).word}: ${reason?.split('\n')[0] ?? ''}`;
}

function totals(plan: readonly PlanEntry[]): string {
  const counts = new Map<string, number>([['change', 0]]);
  for (const { ended } of plan) {
    const word = ended === null ? 'change' : outcomeWord(ended.outcome, false).word;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const verb = (word: string, count: number): string =>
    word === 'change' && count === 1 ? 'changes' : word;
  return [...counts].map(([word, count]) => `${count} ${verb(word, count)}`).join(', ');
}
