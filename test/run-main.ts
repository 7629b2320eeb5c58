// Runs the tests: finds out what this machine can do, prepares it, and says at the end what was skipped and why.
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { prepareMachine } from './fleet/prepare.ts';
import { LACKS_VARIABLE, lackLine, nothingMaySkip } from './support/need.ts';
import { pitfallsNotHeld } from './support/pitfalls.ts';
import { type Ended, runTests } from './support/test-run.ts';

const UNIT = 'test/unit/**/*.test.ts';
const OTHERS = ['test/ansible/**/*.test.ts', 'test/servers/**/*.test.ts'];

process.exitCode = await main(process.argv.slice(2));

/** `run-main.ts [FILE…]`, or `run-main.ts unit [FILE…]`, which prepares nothing. */
async function main(args: string[]): Promise<number> {
  const isUnit = args[0] === 'unit';
  const chosen = isUnit ? args.slice(1) : args;
  if (!isUnit && !(await prepare())) return 1;
  // Compiled once for all the processes that run the same modules.
  process.env['NODE_COMPILE_CACHE'] ??= 'node_modules/.cache/node';
  const ended: Ended[] = [];
  if (chosen.length > 0) ended.push(...(await runTests(chosen, 1)));
  else {
    ended.push(...(await runTests(globSync(UNIT), availableParallelism())));
    if (!isUnit) ended.push(...(await runTests(globSync(OTHERS), 1)));
  }
  return tellEnd(ended, chosen.length === 0);
}

/** @returns whether the tests may begin */
async function prepare(): Promise<boolean> {
  const lacks = await prepareMachine();
  process.env[LACKS_VARIABLE] = JSON.stringify(lacks);
  const found = Object.values(lacks);
  if (found.length === 0) return true;
  const consequence = nothingMaySkip
    ? 'CI is set, so nothing may be skipped'
    : 'what takes it is skipped';
  process.stderr.write(`${lackLine(found)}: ${consequence}\n`);
  return !nothingMaySkip;
}

function tellEnd(ended: readonly Ended[], isWhole: boolean): number {
  const skipped = ended.filter(({ outcome }) => outcome === 'skipped');
  for (const [reason, of] of Map.groupBy(skipped, each => each.reason)) {
    process.stderr.write(`${reason}: ${of?.length} tests and suites were skipped\n`);
  }
  const pitfalls = isWhole ? pitfallsNotHeld(ended) : { skipped: [], missing: [] };
  if (pitfalls.skipped.length > 0) {
    process.stderr.write(`Pitfalls whose tests were skipped: ${pitfalls.skipped.join(', ')}\n`);
  }
  for (const line of pitfalls.missing) process.stderr.write(`${line}\n`);
  const isGood = ended.length > 0 && ended.every(({ outcome }) => outcome !== 'failed');
  return isGood && pitfalls.missing.length === 0 ? 0 : 1;
}
