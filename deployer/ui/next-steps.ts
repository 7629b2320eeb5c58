import { quoteWord } from '../lib/quote.ts';
import type { HostResult } from '../run/result.ts';
import { type RepeatedOptions, repeatedOptions } from './repeated-options.ts';

interface Run extends RepeatedOptions {
  readonly check: boolean;
  /** The options of this push that the next one needs as well: ` --serial 1,100%`. */
  readonly pushOptions: string;
}

/** The commands to run after a push that ended like this, a line each; none if there is nothing left to do. */
export function nextSteps(
  results: readonly HostResult[],
  { check, pushOptions, ...given }: Run,
): string[] {
  const step = (words: string, why: string, more = ''): string =>
    `homelab-deploy ${words}${more}${repeatedOptions(given)}   # ${why}`;
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
    ...(failed + away === ''
      ? []
      : [step('push --failed', 'those again, once that is fixed', pushOptions)]),
    ...(waiting === ''
      ? []
      : [step(`status ${waiting} --watch`, 'when the hub accepts a heartbeat')]),
  ];
  if (steps.length > 0 || changed === '') return steps;
  return [step('status', 'what the servers report')];
}
