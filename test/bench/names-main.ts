import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { table } from '../../deployer/ui/text.ts';
import { buildDist } from '../ansible/dist.ts';
import { startFleet } from '../fleet/fleet.ts';
import { inventoryYaml } from '../fleet/fleet-inventory.ts';
import { deployArgv } from '../support/deploy.ts';
import { calm } from './calm.ts';
import { type Measured, measure, say } from './measure.ts';

/**
 * How time and memory of homelab-deploy grow with the inventory: many names, each with a connection, facts and a plan
 * of its own, on few real servers. Nothing is changed on them.
 *
 *   npm run bench names -- [--hosts 11] [--names 11,100,1000] [--forks 25]
 */
const { values } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: '11' },
    names: { type: 'string', default: '11,100,1000' },
    forks: { type: 'string', default: '25' },
  },
});

await using fleet = await startFleet({ hosts: Number(values.hosts), progress: say });
await fleet.startHub();
const { keyFile, knownHostsFile, hubUrl, apiKey } = fleet;
const dist = join(fleet.directory, 'dist');
await buildDist(dist);
const rows: string[][] = [];
for (const names of values.names.split(',').map(Number)) {
  const inventory = join(fleet.directory, `${names}.yaml`);
  const hosts = Array.from({ length: names }, (_, at) => ({
    name: `server-${at + 1}`,
    address: fleet.hosts[at % fleet.hosts.length]?.address ?? '',
  }));
  await writeFile(inventory, inventoryYaml({ keyFile, knownHostsFile, hubUrl, apiKey, hosts }), {
    mode: 0o600,
  });
  const common = ['-i', inventory, '--forks', values.forks];
  for (const command of [
    ['inventory', '-i', inventory],
    ['push', '--all', '--check', '--dist', dist, ...common],
    ['status', ...common],
  ]) {
    await calm();
    say(`${command[0]}, ${names} names`);
    rows.push(
      row(
        command[0] ?? '',
        names,
        await measure(fleet.argv(deployArgv(command)), { allow: [0, 1] }),
      ),
    );
  }
}
process.stdout.write(
  `\n${values.hosts} servers, ${values.forks} at a time\n\n${table(
    ['COMMAND', 'NAMES', 'SECONDS', 'MS A NAME', 'PEAK MB'],
    rows,
  )}`,
);

function row(command: string, names: number, { seconds, peakMb }: Measured): string[] {
  const each = ((seconds * 1_000) / names).toFixed(0);
  return [command, String(names), seconds.toFixed(1), each, peakMb.toFixed(0)];
}
