import process from 'node:process';
import { parseArgs } from 'node:util';
import { pool } from '../../deployer/lib/concurrency.ts';
import { table } from '../../deployer/ui/text.ts';
import { PULL, preparePull } from '../ansible/pull-repository.ts';
import { parseRecap } from '../ansible/recap.ts';
import { startFleet } from '../fleet/fleet.ts';
import type { FleetHost } from '../fleet/fleet-host.ts';
import { calm } from './calm.ts';
import { say } from './measure.ts';

/**
 * ansible-pull on many servers, as many at a time as `--sleep` lets come together: first an installation, then a run
 * with nothing to change. Here all servers share this machine's cores.
 *
 *   npm run bench pull -- [--hosts 100] [--forks 10]
 */
const { values } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: '100' },
    forks: { type: 'string', default: '10' },
  },
});

await using fleet = await startFleet({ hosts: Number(values.hosts), progress: say });
const hub = await fleet.startHub();
const server = await preparePull(fleet);
const rows: string[][] = [];
for (const job of ['first install', 'nothing to change']) {
  await calm();
  say(job);
  const started = performance.now();
  const recaps = await pool(fleet.hosts, Number(values.forks), pull);
  const seconds = (performance.now() - started) / 1_000;
  const those = (is: (recap: Awaited<ReturnType<typeof pull>>) => boolean) =>
    String(recaps.filter(recap => recap !== undefined && is(recap)).length);
  rows.push([
    job,
    seconds.toFixed(0),
    (seconds / fleet.hosts.length).toFixed(2),
    those(recap => recap.changed > 0),
    those(recap => recap.failed > 0),
  ]);
}
await hub.waitForBeats(fleet.hosts.map(({ name }) => name));
server.kill();
process.stdout.write(
  `\n${fleet.hosts.length} servers, ${values.forks} at a time; each one's heartbeat was accepted\n\n${table(
    ['JOB', 'SECONDS', 'A SERVER', 'CHANGED', 'FAILED'],
    rows,
  )}`,
);

/** The play's counts; a server without them failed. */
async function pull(host: FleetHost): Promise<{ changed: number; failed: number }> {
  const { stdout } = await host.exec(PULL, { timeout: 600_000, reject: false });
  return (
    parseRecap(stdout.slice(stdout.lastIndexOf('PLAY ')))[host.name] ?? { changed: 0, failed: 1 }
  );
}
