import type { History, HistoryPoint } from '../hub/hub-history.ts';

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const DAY_MS = 24 * 3_600_000;
/** What stands beside the bars: three titles, three ` max 100 %`, and the gaps. */
const BESIDE = 'CPU MEM DISK '.length + 3 * ' max 100 %'.length + 3 * 2;

/**
 * The last 24 hours of each server in one line, the highest value of each span as a bar, a blank where the hub has none:
 *
 *     nas-1  CPU ▁▁▂█▁▁▁▁ max 71 %  MEM ▅▅▅▅▅▅▅▅ max 64 %  DISK ▆▆▆▆▆▆▆▆ max 72 %
 */
export function historyText(
  histories: ReadonlyMap<string, History>,
  now: number,
  width: number,
): string {
  const label = Math.max(...[...histories.keys()].map(name => name.length));
  const bars = Math.min(48, Math.max(8, Math.floor((width - label - BESIDE) / 3)));
  const lines = [...histories].map(([name, history]) => {
    const text =
      'reason' in history
        ? history.reason
        : FIGURES.map(([title, key]) => figure(title, history.points, key, now, bars)).join('  ');
    return `${name.padEnd(label)}  ${text}`;
  });
  return `Last 24 hours, as the hub keeps them\n${lines.join('\n')}\n`;
}

const FIGURES = [
  ['CPU', 'cpu'],
  ['MEM', 'memory'],
  ['DISK', 'disk'],
] as const;

function figure(
  title: string,
  points: readonly HistoryPoint[],
  key: 'cpu' | 'memory' | 'disk',
  now: number,
  bars: number,
): string {
  const highest: (number | null)[] = Array.from({ length: bars }, () => null);
  for (const point of points) {
    const value = point[key];
    const at = Math.floor(((point.at - now + DAY_MS) / DAY_MS) * bars);
    const before = highest[at];
    // Points outside the day have no place.
    if (value !== null && before !== undefined) highest[at] = Math.max(before ?? 0, value);
  }
  const drawn = highest.map(value => (value === null ? ' ' : barOf(value))).join('');
  const known = highest.filter(value => value !== null);
  const most = known.length === 0 ? '  -' : String(Math.round(Math.max(...known))).padStart(3);
  return `${title} ${drawn} max ${most} %`;
}

function barOf(percent: number): string {
  return BARS[Math.min(BARS.length - 1, Math.floor((percent / 100) * BARS.length))] ?? '';
}
