import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { buildPackage } from '../../deployer/build/build-package.ts';
import { findHome } from '../../deployer/build/home.ts';
import { table } from '../../deployer/ui/text.ts';
import { calm } from './calm.ts';
import { type Measured, measure } from './measure.ts';

/**
 * How long homelab-deploy takes to start, from this checkout and from the package, beside Node itself. The fastest of
 * several runs, which is the one that others on the machine disturbed least.
 *
 *   npm run bench start-up
 */
const RUNS = 15;
/** The most that a start may take beside `node -e 0`. */
const MOST = 3;

const home = await findHome();
await buildPackage(home);
const directory = await mkdtemp(join(tmpdir(), 'start-up-'));
try {
  const inventory = join(directory, 'inventory.yaml');
  await writeFile(inventory, 'all: {children: {nas: {hosts: {"nas-[1:11]": }}}}\n');
  const unpacked = join(directory, 'package');
  await mkdir(unpacked);
  for (const part of ['package.json', 'deployer/bin.mjs', 'dist/npm']) {
    await cp(join(home.root, part), join(unpacked, part), { recursive: true });
  }
  await calm();
  const floor = await fastest(['-e', '0']);
  const rows = [['node -e 0', milliseconds(floor), '1.0', '']];
  for (const [from, root] of [
    ['checkout', home.root],
    ['package', unpacked],
  ] as const) {
    for (const args of [
      ['--version'],
      ['--help'],
      ['complete', '--', 'sta'],
      ['complete', '--', 'push', '-i', inventory, 'n'],
    ]) {
      const run = await fastest([join(root, 'deployer/bin.mjs'), ...args]);
      const ratio = run.seconds / floor.seconds;
      rows.push([
        `${from}: ${args.join(' ').replace(directory, '…')}`,
        milliseconds(run),
        ratio.toFixed(1),
        ratio <= MOST ? `${MOST}` : `${MOST} MISSED`,
      ]);
    }
  }
  process.stdout.write(table(['START', 'MS', 'RATIO', 'BUDGET'], rows));
} finally {
  await rm(directory, { recursive: true });
}

async function fastest(args: readonly string[]): Promise<Measured> {
  // The first one compiles for those after it.
  let best = await measure([process.execPath, ...args]);
  for (let run = 0; run < RUNS; run++) {
    const next = await measure([process.execPath, ...args]);
    if (next.seconds < best.seconds) best = next;
  }
  return best;
}

function milliseconds({ seconds }: Measured): string {
  return (seconds * 1_000).toFixed(0);
}
