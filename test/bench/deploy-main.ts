import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { readManifest } from '../../deployer/build/manifest.ts';
import { factsCommand } from '../../deployer/plan/probe-command.ts';
import { table } from '../../deployer/ui/text.ts';
import { buildDist } from '../ansible/dist.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { deployArgv } from '../support/deploy.ts';
import { calm } from './calm.ts';
import { type Measured, measure, median, say } from './measure.ts';

/**
 * How long homelab-deploy takes beside what SSH itself takes, beside the restarts that a change cannot do without, and
 * beside ansible-playbook, on the same servers in the same run: figures of different machines, or of different days,
 * say nothing about one another.
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
/** As many as a link and two cores keep busy. */
const forks = String(Math.min(count, 25));
const ANSIBLE = join(import.meta.dirname, '../../ansible');
const PLAIN = join(import.meta.dirname, 'plain/site.yml');
/** A hundred servers on one machine come to rest slowly. */
const RUNS = count > 25 ? 1 : 3;
/** The most memory that a push may take, in megabytes. */
const MOST_MB = 200;

const rows: string[][] = [];
await using fleet = await startFleet({ hosts: count, progress: say });
await fleet.startHub();
const inventory = join(fleet.directory, 'inventory.yaml');
await buildDist(fleet.directory);
const { artifact, runtimes } = await readManifest(fleet.directory);
const archive = join(fleet.directory, runtimes.x64?.file ?? '');
const unpacked = join(fleet.directory, 'artifact');
await mkdir(unpacked);
const from = join(fleet.directory, artifact.file);
await execa('tar', ['-xzf', from, '--strip-components=1', '-C', unpacked]);
const vars = {
  homelab_agent_gate_seconds: 0,
  homelab_agent_dist_dir: fleet.directory,
  plain_artifact: unpacked,
  plain_runtime: archive,
};
await fleet.inventory(inventory, { vars });
await writeFile(
  join(fleet.directory, 'hosts'),
  fleet.hosts.map(({ name }) => `${name}\n`).join(''),
);

say('floor: ssh true');
const floor = await median(RUNS, () => parallel(fleet, 'ssh -F "$1" "$2" true'));
add('ssh host true, in parallel (floor)', floor, floor);
say('floor: tar streams');
const streaming = await parallel(
  fleet,
  `ssh -F "$1" "$2" 'mkdir -p /tmp/floor && tar -xzf - -C /tmp/floor' < ${archive}`,
);
add('tar streams of the runtime, in parallel (floor)', streaming, streaming);
await parallel(fleet, `ssh -F "$1" "$2" 'rm -rf /tmp/floor'`);
await calm();

say('first install');
const first = await push();
add('push: first install', first, streaming, { most: 1.25 });
await calm();
say('nothing to change');
const unchanged = await median(RUNS, push);
add('push: nothing to change', unchanged, floor, { most: 1.2 });
say('floor: questions');
const questions = join(fleet.directory, 'probe.sh');
await writeFile(questions, await factsCommand({ runtime: 'bundled' }));
const asked = await median(RUNS, () =>
  parallel(fleet, `ssh -F "$1" "$2" sudo sh -s < ${questions} >/dev/null`),
);
add('its questions over ssh, in parallel (floor)', asked, floor);
add('push: nothing to change, beside its questions', unchanged, asked);
say('floor: restarts');
const restart = await median(RUNS, async () => {
  await calm();
  return await parallel(fleet, 'ssh -F "$1" "$2" sudo systemctl restart homelab-agent');
});
add('restart of the service over ssh, in parallel (floor)', restart, restart);
const both = { ...first, seconds: streaming.seconds + restart.seconds };
add('push: first install, beside streams and restarts', first, both);
say('one line of configuration');
let interval = 60;
const oneLine = await median(RUNS, async () => {
  await calm();
  const changed = { ...vars, homelab_agent_heartbeat_interval: --interval };
  await fleet.inventory(inventory, { vars: changed });
  return await push();
});
add('push: one line of configuration', oneLine, floor);
add('push: one line, beside the restarts', oneLine, restart);
// What the gate waits for is the start of the agent, and that is the restart.
const beyond = { ...oneLine, seconds: oneLine.seconds - restart.seconds };
add('push: one line, less the restarts', beyond, floor, { most: 2 });
await calm();
say('status');
add('status', await median(RUNS, () => measure(fleet.argv(remote('status')))), floor);

if (!values['without-ansible']) {
  say('ansible-playbook');
  await play('site.yml');
  const again = await play('site.yml');
  add('ansible-playbook site.yml: nothing to change, beside push', again, unchanged, { least: 20 });
  say('nine plain tasks');
  await play(PLAIN);
  add('nine plain tasks: nothing to change, beside push', await play(PLAIN), unchanged);
}
process.stdout.write(
  `\n${count} servers, ${forks} at a time, ${values.transport}\n\n${table(
    ['JOB', 'SECONDS', 'RATIO', 'BUDGET', 'PEAK MB'],
    rows,
  )}`,
);

function remote(command: string, ...args: string[]): string[] {
  const common = ['--forks', forks, '--transport', values.transport, '-i', inventory];
  return deployArgv([command, ...args, ...common]);
}

async function push(): Promise<Measured> {
  return await measure(fleet.argv(remote('push', '--all', '--json')));
}

/**
 * Runs a shell line for every host, as many at a time as the deployer does; $1 is the SSH configuration, $2 the host.
 */
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

/** Both with the role's own ansible.cfg: pipelining. */
async function play(playbook: string): Promise<Measured> {
  return await measure(
    fleet.argv(['ansible-playbook', '-i', inventory, playbook, '--forks', forks]),
    { cwd: ANSIBLE, env: { ANSIBLE_CONFIG: join(ANSIBLE, 'ansible.cfg') } },
  );
}

function add(
  job: string,
  run: Measured,
  beside: Measured,
  { most = Number.POSITIVE_INFINITY, least = 0 }: { most?: number; least?: number } = {},
): void {
  const ratio = run.seconds / beside.seconds;
  const budget = least > 0 ? `at least ${least}` : Number.isFinite(most) ? most.toFixed(2) : '';
  rows.push([
    job,
    run.seconds.toFixed(2),
    ratio.toFixed(2),
    ratio <= most && ratio >= least ? budget : `${budget} MISSED`,
    job.startsWith('push')
      ? `${run.peakMb.toFixed(0)}${run.peakMb < MOST_MB ? '' : ' MISSED'}`
      : '',
  ]);
}
