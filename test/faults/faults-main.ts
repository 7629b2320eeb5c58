// `npm run faults`: causes faults in real programs on real servers, and prints one table of what was seen.
import { randomInt } from 'node:crypto';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { agentFaults } from './agent/faults.ts';
import { deployerFaults } from './deployer/faults.ts';
import type { FaultGroup, Row } from './fault.ts';
import { type EndedRun, runFaults } from './run-faults.ts';
import { faultTable, indented } from './table.ts';

const USAGE = `Causes faults and compares what is seen with what is expected. Takes root.

  npm run faults [-- deployer|agent] [--seed N] [--runs N] [--only FAULT]
  npm run faults -- hostile [server|hub] [WORD…]   time and memory of each hostile server and hub

  --seed N      the moments of all runs follow from it (default: drawn, and printed)
  --runs N      how often each fault is caused (default: each fault's own number)
  --only FAULT  only faults whose name contains this

Exits with 1 if anything was not as expected.
`;

const GROUPS: Readonly<Record<string, () => Promise<FaultGroup>>> = {
  deployer: deployerFaults,
  agent: agentFaults,
};

if (process.argv[2] === 'hostile') await import('./hostile/hostile-main.ts');
else process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args);
  if (asked === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { groups, seed, ...options } = asked;
  process.stdout.write(`Seed ${seed}\n`);
  const started = performance.now();
  const rows: Row[] = [];
  for (const start of groups) {
    await using group = await start();
    rows.push(...(await runFaults(group, { ...options, seed, onEnd: tell })));
  }
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  process.stdout.write(`\n${faultTable(rows)}Seed ${seed}, ${minutes} min\n`);
  return rows.length > 0 && rows.every(({ differs }) => differs.length === 0) ? 0 : 1;
}

/** Null if there is something in it that is not known. */
function readArguments(args: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { seed: { type: 'string' }, runs: { type: 'string' }, only: { type: 'string' } },
    });
    const names = positionals.length > 0 ? positionals : Object.keys(GROUPS);
    const groups = names.flatMap(name => GROUPS[name] ?? []);
    const { seed = String(randomInt(1_000_000)), runs, only } = values;
    const areNumbers = [seed, runs ?? '1'].every(text => /^\d+$/.test(text));
    if (groups.length < names.length || !areNumbers) return null;
    return { groups, seed: Number(seed), runs: runs === undefined ? runs : Number(runs), only };
  } catch {
    return null;
  }
}

function tell({ fault, run, seconds, seen, error }: EndedRun): void {
  const result = seen ?? `DIFFERS\n${indented(error)}`;
  process.stderr.write(`${seconds.toFixed(1).padStart(6)} s  ${fault}, run ${run}: ${result}\n`);
}
