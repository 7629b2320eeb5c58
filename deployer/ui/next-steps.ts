import { quoteWord } from '../lib/quote.ts';
import type { HostResult } from '../run/result.ts';

interface Run {
  readonly check: boolean;
  /** The inventories that were named with `-i`. */
  readonly inventory: readonly string[];
}

/** The commands to run after a push that ended like this, a line each; none if there is nothing left to do. */
export function nextSteps(results: readonly HostResult[], { check, inventory }: Run): string[] {
  const step = (words: string, why: string): string => {
    const sources = inventory.map(source => `-i ${quoteWord(source)}`);
    return `${['homelab-deploy', words, ...sources].join(' ')}   # ${why}`;
  };
  const hosts = (matches: (result: HostResult) => boolean): string =>
    results
      .filter(matches)
      .map(({ host }) => quoteWord(host))
      .join(' ');
  const changed = hosts(({ outcome }) => outcome === 'changed');
  if (check) {
    return changed === ''
      ? []
      : ['Nothing was changed; run it without --check to make these changes'];
  }
  const failed = hosts(({ outcome }) => outcome === 'failed' || outcome === 'rolled-back');
  const away = hosts(({ outcome, optional }) => outcome === 'unreachable' && !optional);
  const rolledBack = hosts(({ outcome }) => outcome === 'rolled-back');
  const waiting = hosts(({ beat }) => beat?.answer === 'not confirmed');
  const steps = [
    ...(away === '' ? [] : [step(`doctor ${away}`, 'why a server cannot be reached')]),
    ...(rolledBack === '' ? [] : [step(`logs ${rolledBack}`, 'what the new release said')]),
    ...(failed + away === '' ? [] : [step('push --failed', 'those again, once that is fixed')]),
    ...(waiting === ''
      ? []
      : [step(`status ${waiting} --watch`, 'when the hub accepts a heartbeat')]),
  ];
  if (steps.length > 0 || changed === '') return steps;
  return [step('status', 'what the servers report')];
}
