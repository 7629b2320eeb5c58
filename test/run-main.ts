// Runs the tests: finds out what this machine can do, prepares it, and says at the end what was skipped and why.
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { buildRoots, installPackages } from './fleet/prepare.ts';
import { LACKS_VARIABLE, type Lacks, lackLine, nothingMaySkip } from './support/need.ts';
import { pitfallsNotHeld } from './support/pitfalls.ts';
import { type Ended, TestRun } from './support/test-run.ts';

const ALL = globSync('test/**/*.test.ts');
const UNIT = ALL.filter(file => file.startsWith('test/unit/'));
const OTHERS = ALL.filter(file => !UNIT.includes(file));
/** Begun first, since one of these begun last would hold up the end. */
const LONGEST = [
  'test/servers/deployer/hostile-server.test.ts',
  'test/ansible/hosts.test.ts',
  'test/ansible/ways.test.ts',
  'test/ansible/collection.test.ts',
  'test/servers/deployer/commands.test.ts',
  'test/servers/agent/install/interrupted.test.ts',
  'test/servers/deployer/interrupted.test.ts',
  'test/servers/scenario/pages.test.ts',
  'test/servers/scenario/takeover.test.ts',
  'test/servers/scenario/agent-life.test.ts',
];
/** A server test waits most of its time. */
const FILES_PER_CORE = 3;

process.exitCode = await main(process.argv.slice(2));

/** `run-main.ts [FILE…]`, or `run-main.ts unit [FILE…]`, which prepares nothing. */
async function main(args: string[]): Promise<number> {
  const isUnit = args[0] === 'unit';
  const chosen = isUnit ? args.slice(1) : args;
  const started = performance.now();
  // Compiled once for all the processes that run the same modules.
  process.env['NODE_COMPILE_CACHE'] ??= 'node_modules/.cache/node';
  const run = new TestRun();
  const isAllowed = isUnit ? await runUnit(run, chosen) : await runAll(run, chosen);
  if (!isAllowed) return 1;
  await run.end();
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  tellSlowest(run.seconds);
  return tellEnd(run.ended, { seconds, isWhole: chosen.length === 0 });
}

async function runUnit(run: TestRun, chosen: readonly string[]): Promise<boolean> {
  if (chosen.length > 0) await run.files(chosen, 1);
  else await run.files(UNIT, availableParallelism());
  return true;
}

/** @returns false where something is lacking and nothing may be skipped */
async function runAll(run: TestRun, chosen: readonly string[]): Promise<boolean> {
  const lacks = await installPackages();
  if (!tellLacks(lacks)) return false;
  const roots = buildRoots(lacks);
  if (chosen.length === 0) await runUnit(run, []);
  const left = await roots;
  if (left !== lacks && !tellLacks(left)) return false;
  if (chosen.length > 0) await run.files(chosen, 1);
  else await run.files(longestFirst(OTHERS), FILES_PER_CORE * availableParallelism());
  return true;
}

function tellLacks(lacks: Lacks): boolean {
  process.env[LACKS_VARIABLE] = JSON.stringify(lacks);
  const found = Object.values(lacks);
  if (found.length === 0) return true;
  const then = nothingMaySkip ? 'CI is set, so nothing may be skipped' : 'what takes it is skipped';
  process.stderr.write(`${lackLine(found)}: ${then}\n`);
  return !nothingMaySkip;
}

function longestFirst(files: readonly string[]): string[] {
  const gone = LONGEST.find(file => !files.includes(file));
  if (gone !== undefined) throw new Error(`There is no ${gone}: fix the list in test/run-main.ts`);
  return [...new Set([...LONGEST, ...files])];
}

function tellSlowest(seconds: ReadonlyMap<string, number>): void {
  const slow = [...seconds].filter(([, took]) => took >= 60).sort((a, b) => b[1] - a[1]);
  for (const [file, took] of slow) say(`${String(took).padStart(5)} s  ${file}`);
}

function tellEnd(ended: readonly Ended[], run: { seconds: string; isWhole: boolean }): number {
  const tests = ended.filter(({ isSuite }) => !isSuite);
  const count = (outcome: Ended['outcome']) =>
    tests.filter(each => each.outcome === outcome).length;
  say(`Took ${run.seconds} s`);
  const skipped = ended.filter(({ outcome }) => outcome === 'skipped');
  for (const [reason, of] of Map.groupBy(skipped, each => each.reason)) {
    say(`${of.length} skipped (a suite counts as one): ${reason}`);
  }
  const pitfalls = run.isWhole ? pitfallsNotHeld(ended) : { skipped: [], missing: [] };
  if (pitfalls.skipped.length > 0) {
    say(`Pitfalls that nothing held in this run: ${pitfalls.skipped.join(', ')}`);
  }
  for (const line of pitfalls.missing) say(line);
  // The form that CI looks for.
  say(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  const isGood = ended.length > 0 && ended.every(({ outcome }) => outcome !== 'failed');
  return isGood && pitfalls.missing.length === 0 ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
