import type { HostResult, Outcome } from '../run/result.ts';
import type { Colour } from './text.ts';

/** The name and colour of each outcome. */
export function outcomeWord(outcome: Outcome, check: boolean): { word: string; colour: Colour } {
  switch (outcome) {
    case 'unchanged':
      return { word: 'unchanged', colour: 'green' };
    case 'changed':
      return { word: check ? 'would change' : 'changed', colour: 'yellow' };
    case 'refused':
      return { word: 'refused', colour: 'red' };
    case 'rolled-back':
      return { word: 'rolled-back', colour: 'red' };
    case 'failed':
      return { word: 'failed', colour: 'red' };
    case 'unreachable':
      return { word: 'unreachable', colour: 'magenta' };
    case 'skipped':
      return { word: 'skipped', colour: 'dim' };
  }
}

/** How one server ended, in one line: `failed after 0.4 s: No room`. */
export function doneWords({ outcome, seconds, reason }: HostResult, check: boolean): string {
  const first = reason?.split('\n')[0] ?? '';
  const why = first === '' ? '' : `: ${first}`;
  return `${outcomeWord(outcome, check).word} after ${seconds.toFixed(1)} s${why}`;
}
