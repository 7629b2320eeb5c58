import { counted } from '../../agent/contract/amounts.ts';
import { warningLine } from '../../agent/contract/warnings.ts';
import type { HostResult, Outcome } from '../run/result.ts';
import { outcomeWord } from './outcome-words.ts';
import type { Paint } from './text.ts';

export interface RecapOptions {
  readonly check: boolean;
  readonly paint: Paint;
}

const ORDER: readonly Outcome[] = [
  'unchanged',
  'changed',
  'refused',
  'rolled-back',
  'failed',
  'unreachable',
  'skipped',
];

/** One line a server with its result and its time, errors and warnings below it, and totals at the end. */
export function recap(results: readonly HostResult[], options: RecapOptions): string {
  const width = Math.max(...results.map(({ host }) => host.length));
  const beats = results.some(({ beat }) => beat !== null);
  const lines = results.flatMap(result => hostLines(result, { ...options, width, beats }));
  return `${[...lines, '', summary(results, options)].join('\n')}\n`;
}

interface LineOptions extends RecapOptions {
  readonly width: number;
  /** Whether the hub's answers have a column. */
  readonly beats: boolean;
}

function hostLines(result: HostResult, { check, paint, width, beats }: LineOptions): string[] {
  const { word, colour } = outcomeWord(result.outcome, check);
  const outcome = paint(colour, word.padEnd(12));
  const seconds = `${result.seconds.toFixed(1)} s`.padStart(8);
  const hub = beats ? `  ${beatCell(result, paint)}` : '';
  const head =
    `${result.host.padEnd(width)}  ${outcome} ${seconds}${hub}  ${remark(result)}`.trimEnd();
  const steps = check ? checkLines(result) : [];
  const reason = (result.reason ?? '').split('\n').slice(1);
  return [
    head,
    ...reason.map(line => `    ${line}`),
    ...(result.beat?.answer === 'not confirmed' ? [`    ${result.beat.reason}`] : []),
    ...steps,
    ...result.warnings.map(warning => paint('yellow', `    ${warningLine(warning)}`)),
    ...result.journal.map(line => paint('dim', `    | ${line}`)),
  ];
}

/** What a push would do, or in the installer's words what another command would change. */
function checkLines({ steps, changes }: HostResult): string[] {
  if (steps.length === 0) return changes.map(change => `    ${change}`);
  return steps.map(({ what, text }) => `    ${what.padEnd(8)} ${text}`);
}

const BEAT_COLOURS = { accepted: 'green', refused: 'red', 'not confirmed': 'yellow' } as const;

/** What the hub did with the heartbeat. */
function beatCell({ beat }: HostResult, paint: Paint): string {
  const cell = (beat === null ? '-' : `beat ${beat.answer}`).padEnd('beat not confirmed'.length);
  return beat === null ? cell : paint(BEAT_COLOURS[beat.answer], cell);
}

function remark(result: HostResult): string {
  const { outcome, reason, release, previous, gapSeconds, optional } = result;
  const first = reason?.split('\n')[0] ?? '';
  if (outcome === 'unreachable' && optional) return `(may be off) ${first}`;
  if (outcome !== 'changed' || release === null) return first;
  if (previous === null) {
    const takesOver = result.steps.some(({ what }) => what === 'takeover');
    return `${release} (${takesOver ? 'takes over from another agent' : 'first install'})`;
  }
  const from = previous === release ? release : `${release} (before: ${previous})`;
  return gapSeconds === null ? from : `${from}, ${gapSeconds} s between heartbeats`;
}

function summary(results: readonly HostResult[], { check }: RecapOptions): string {
  const counts = ORDER.flatMap(outcome => {
    const count = results.filter(result => result.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${outcomeWord(outcome, check).word}`];
  });
  return `${counted(results.length, 'server')}: ${counts.join(', ')}`;
}
