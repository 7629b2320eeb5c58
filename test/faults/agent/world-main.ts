/** `world-main.ts RELEASE FAULT SEED`: one run in namespaces of its own. Prints in a word how it ended. */
import process from 'node:process';
import { Random } from '../random.ts';
import { allFaults } from './all-faults.ts';
import { judge, lookBefore, within } from './invariants.ts';
import { interval } from './speed.ts';
import { World } from './world.ts';

/** Long enough for Node to start on a machine under load. */
const startMs = 40_000;

const [release = '', name = '', seed = ''] = process.argv.slice(2);
// The test was ended.
process.stdin.on('close', () => process.exit(1)).resume();
// The first process of a namespace ends with all others in it.
process.exit(await main().catch(report));

async function main(): Promise<number> {
  const fault = allFaults.find(each => each.name === name);
  if (fault === undefined) throw new Error(`There is no fault ${JSON.stringify(name)}`);
  const random = new Random(seed);
  await using world = await World.create(release, random);

  await fault.prepare?.(world);
  world.configure();
  await world.service.start();
  const count = random.between(3, 5);
  await within(world, startMs, `${count} beats`, () => world.live.length >= count);
  const before = await lookBefore(world);
  await world.between(0, 1);
  const live = world.live.length;
  const remove = await fault.cause(world, random);
  const caused = performance.now();
  const [least, most] = fault.lasts ?? [2, 5];
  await world.between(least, most);
  fault.check?.(world);
  if (fault.beats === 'go on') {
    const due = Math.floor((performance.now() - caused) / interval) - 2;
    await within(
      world,
      2 * interval,
      `${due} beats while it lasts`,
      () => world.live.length - live >= due,
    );
  }
  await remove();
  process.stdout.write(await judge(world, fault, before));
  return 0;
}

function report(error: unknown): number {
  process.stdout.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}
