import { table } from '../../deployer/ui/text.ts';
import type { Row } from './fault.ts';

/** One line a fault, then what was not as expected, and the totals. */
export function faultTable(rows: readonly Row[]): string {
  const lines = rows.map(row => [row.fault, String(row.times), row.expected, seen(row)]);
  const times = rows.reduce((sum, row) => sum + row.times, 0);
  const differ = rows.reduce((sum, row) => sum + row.differs.length, 0);
  return [
    table(['FAULT', 'TIMES', 'EXPECTED', 'SEEN'], lines),
    ...rows.flatMap(({ fault, differs }) =>
      differs.map(({ run, error }) => `${fault}, run ${run}:\n${indented(error)}\n`),
    ),
    `${rows.length} faults, ${times} runs, ${differ} not as expected\n`,
  ].join('\n');
}

function seen({ seen, differs }: Row): string {
  const counts = [...seen].sort().map(([word, count]) => `${word} ${count}`);
  return [...counts, ...(differs.length > 0 ? [`DIFFERS ${differs.length}`] : [])].join(', ');
}

function indented(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/^/gm, '  ');
}
