import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { readManifest } from '../../deployer/release/manifest.ts';
import { table } from '../../deployer/ui/table.ts';
import { deployArgv } from '../deployer/fleet/deploy.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { type Measured, measure, median } from './measure.ts';

/**
 * How long homelab-deploy takes beside what SSH itself takes, and beside ansible-playbook, on the same servers in the
 * same run: figures of different machines, or of different days, say nothing about one another.
 *
 *   npm run bench deploy -- [--hosts 11] [--without-ansible] [--transport node-ssh|openssh]
 */
const { values } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: '11' },
    transport: { type: 'string', default: 'node-ssh' },
    'without-ansible': { type: 'boolean', default: false },
  },
});
const count = Number(values.hosts);
const forks = String(Math.min(count, 50));
const ROOT = join(import.meta.dirname, '../..');

const rows: string[][] = [];
await using fleet = await startFleet({ hosts: count, progress: say });
await fleet.startHub();
const inventory = join(fleet.directory, 'inventory.yaml');
const vars = { homelab_agent_gate_seconds: 0, homelab_agent_dist_dir: fleet.directory };
await fleet.inventory(inventory, { vars });

await measure(fleet.argv([...deployArgv(['build', '--arch', 'x64', '--out', fleet.directory])]));
const { runtimes } = await readManifest(fleet.directory);
const archive = join(fleet.directory, runtimes.x64?.file ?? '');
await writeFile(
  join(fleet.directory, 'hosts'),
  fleet.hosts.map(({ name }) => `${name}\n`).join(''),
);

say('floor: ssh true');
const floor = await median(3, () => parallel(fleet, 'ssh -F "$1" "$2" true'));
add('ssh host true, in parallel (floor)', floor, floor);
say('floor: tar streams');
const streaming = await parallel(
  fleet,
  `ssh -F "$1" "$2" 'mkdir -p /tmp/floor && tar -xzf - -C /tmp/floor' < ${archive}`,
);
add('tar streams of the runtime, in parallel (floor)', streaming, streaming);
await parallel(fleet, `ssh -F "$1" "$2" 'rm -rf /tmp/floor'`);

say('first install');
add('push: first install', await push(), streaming, 1.25);
say('nothing to change');
const unchanged = await median(3, push);
add('push: nothing to change', unchanged, floor, 1.2);
say('one line of configuration');
await fleet.inventory(inventory, { vars: { ...vars, homelab_agent_heartbeat_interval: 59 } });
add('push: one line of configuration', await push(), floor, 2);
say('status');
add('status', await median(3, () => measure(fleet.argv(remote('status')))), floor);

if (!values['without-ansible']) {
  say('ansible-playbook');
  const argv = ['ansible-playbook', '-i', inventory, 'site.yml', '--forks', forks];
  const env = { ANSIBLE_HOST_KEY_CHECKING: 'True', ANSIBLE_LOCALHOST_WARNING: 'False' };
  const playbook = (): Promise<Measured> =>
    measure(fleet.argv(argv), { cwd: join(ROOT, 'ansible'), env });
  await playbook();
  const again = await playbook();
  add('ansible-playbook site.yml: nothing to change', again, unchanged);
}
process.stdout.write(
  `\n${count} servers, ${forks} at a time, ${values.transport}\n\n${table(
    ['JOB', 'SECONDS', 'RATIO', 'BUDGET', 'PEAK MB'],
    rows,
    new Set([1, 2, 3, 4]),
  )}`,
);

function remote(command: string, ...args: string[]): string[] {
  const common = ['--forks', forks, '--transport', values.transport, '-i', inventory];
  return deployArgv([command, ...args, ...common]);
}

async function push(): Promise<Measured> {
  return await measure(fleet.argv(remote('push', '--all', '--json')));
}

/** Runs a shell line for every host, as many at a time as the deployer does; $1 is the SSH configuration, $2 the host. */
async function parallel(on: Fleet, line: string): Promise<Measured> {
  const each = [
    'xargs',
    '-P',
    forks,
    '-I',
    'HOST',
    'sh',
    '-c',
    line,
    'sh',
    on.sshConfigFile,
    'HOST',
  ];
  const quoted = each.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  return await measure(on.argv(['sh', '-c', `${quoted} < ${join(on.directory, 'hosts')}`]));
}

function add(job: string, run: Measured, beside: Measured, budget?: number): void {
  const ratio = run.seconds / beside.seconds;
  rows.push([
    job,
    run.seconds.toFixed(2),
    ratio.toFixed(2),
    budget === undefined ? '' : `${budget.toFixed(2)}${ratio <= budget ? '' : ' MISSED'}`,
    job.startsWith('push') ? run.peakMb.toFixed(0) : '',
  ]);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
