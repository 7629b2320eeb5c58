import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFleet } from '../fleet/fleet.ts';
import { pushJson } from '../support/deploy.ts';

/**
 * `npm run outage [MINUTES]` (10): a real server at the usual interval of 60 s, whose hub is away so long and comes
 * back. Prints every gap of the history that the hub ends up with, and exits with 1 where one is longer than an
 * interval or the live beat did not come last. Too long for the tests, which hold the same with a short interval. Takes
 * root.
 */
const minutes = Number(process.argv[2] ?? 10);
const name = 'nas-1';
const interval = 60;

await using fleet = await startFleet({ hosts: [name], withoutPython: [name] });
const hub = await fleet.startHub();
const inventory = join(fleet.directory, 'inventory.yaml');
await fleet.inventory(inventory, { vars: { homelab_agent_heartbeat_interval: interval } });
await pushJson(fleet, '--all', '-i', inventory);
await hub.waitForBeats([name], { count: 2, timeoutMs: 3 * interval * 1_000 });

process.stdout.write(`The hub goes away for ${minutes} minutes\n`);
await hub.fault('refuse');
await sleep(minutes * 60_000);
const back = new Date().toISOString();
await hub.fault('none');
await hub.waitForBeats([name], { since: back, count: minutes, timeoutMs: 3 * interval * 1_000 });
await sleep(2 * interval * 1_000);

const beats = await hub.beats(name);
const times = beats.map(({ body }) => Date.parse(body.timestamp));
const gaps = times.slice(1).map((time, at) => (time - (times[at] ?? 0)) / 1_000);
const replayed = beats.filter(({ at, body }) => at > back && body.timestamp < back).length;
// The first beat comes at the start and the second on the grid, so only that one may be shorter.
const longest = Math.max(...gaps);
const inOrder = gaps.every(gap => gap > 0);
process.stdout.write(
  [
    `${beats.length} beats in the history, ${replayed} of them replayed`,
    `seconds between them: ${gaps.map(gap => gap.toFixed(1)).join(' ')}`,
    `longest gap ${longest.toFixed(1)} s at an interval of ${interval} s, ${inOrder ? 'in order, the live beat last' : 'out of order'}`,
    '',
  ].join('\n'),
);
const { stdout } = await fleet.host(name).exec('journalctl -u homelab-agent -o cat --no-pager');
process.stdout.write(`${stdout}\n`);
process.exitCode = inOrder && longest < interval * 1.1 ? 0 : 1;
