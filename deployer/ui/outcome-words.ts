import type { Outcome } from '../engine/result.ts';
import type { Colour } from './style.ts';

/** How an outcome is called and coloured. */
export function outcomeWord(outcome: Outcome, check: boolean): { word: string; colour: Colour } {
  switch (outcome) {
    case 'unchanged':
      return { word: 'unchanged', colour: 'green' };
    case 'changed':
      return { word: check ? 'would change' : 'changed', colour: 'yellow' };
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
