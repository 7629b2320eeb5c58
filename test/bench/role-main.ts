import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { readManifest } from '../../deployer/build/manifest.ts';
import { table } from '../../deployer/ui/text.ts';
import { buildDist } from '../ansible/dist.ts';
import { ANSIBLE } from '../ansible/role.ts';
import { ensureAnsibleRoot, inRoot } from '../fleet/ansible-root.ts';
import { startFleet } from '../fleet/fleet.ts';
import { deployArgv } from '../support/deploy.ts';
import { calm } from './calm.ts';
import { measure, say } from './measure.ts';

/**
 * How long the role takes beside the same job in plain tasks (plain/site.yml) and beside `push`, on the same servers in
 * one run. The jobs alternate, and what counts is the median of the ratios: a busy minute hits all three.
 *
 *   npm run bench role -- [--hosts 11] [--runs 3] [--newer]
 *
 * `--newer` uses the ansible-core of Debian 13 in place of this machine's.
 */
const { values } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: '11' },
    runs: { type: 'string', default: '3' },
    newer: { type: 'boolean', default: false },
  },
});
const PLAIN = join(import.meta.dirname, 'plain');

const JOBS = ['plain tasks', 'the role', 'push'] as const;
type Job = (typeof JOBS)[number];
type Round = Record<Job, number>;

await using fleet = await startFleet({ hosts: Number(values.hosts), progress: say });
await fleet.startHub();
const dist = join(fleet.directory, 'dist');
await buildDist(dist);
const { artifact, runtimes } = await readManifest(dist);
const unpacked = join(fleet.directory, 'artifact');
await mkdir(unpacked);
await execa('tar', ['-xzf', join(dist, artifact.file), '--strip-components=1', '-C', unpacked]);
const inventory = join(fleet.directory, 'inventory.yaml');
await fleet.inventory(inventory, {
  vars: {
    homelab_agent_dist_dir: dist,
    homelab_agent_gate_seconds: 0,
    plain_artifact: unpacked,
    plain_runtime: join(dist, runtimes.x64?.file ?? ''),
    ansible_python_interpreter: '/usr/bin/python3',
  },
});
const ansible = values.newer
  ? inRoot(await ensureAnsibleRoot(process.env), ['ansible-playbook'], {
      cwd: ANSIBLE,
      shared: [PLAIN],
    })
  : ['ansible-playbook'];
const commands: Record<Job, string[]> = {
  'plain tasks': playArgv(PLAIN),
  'the role': playArgv(ANSIBLE),
  push: deployArgv(['push', '--all', '--no-hub', '--dist', dist, '-i', inventory, '--json']),
};

const firsts: Round[] = [];
const agains: Round[] = [];
for (let turn = 1; turn <= Number(values.runs); turn++) {
  say(`first install, ${turn}`);
  firsts.push(await round(removeAll));
}
await removeAll();
await run('plain tasks');
await run('push');
await calm();
for (let turn = 1; turn <= Number(values.runs); turn++) {
  say(`nothing to change, ${turn}`);
  agains.push(await round());
}
const { stdout: version } = await fleet.run([...ansible, '--version']);
process.stdout.write(
  `\n${values.hosts} servers, ${/core [\d.]+/.exec(version)?.[0]}\n\n${table(
    ['JOB', 'SECONDS', 'BESIDE THE PLAIN TASKS', 'TARGET'],
    [...rows('first install', firsts, 1.1), ...rows('nothing to change', agains, 0.4)],
  )}`,
);

/** Each job once, each after the same preparation. */
async function round(prepare: () => Promise<void> = async () => {}): Promise<Round> {
  const seconds: Round = { 'plain tasks': 0, 'the role': 0, push: 0 };
  for (const job of JOBS) {
    await prepare();
    seconds[job] = await run(job);
    say(`${job}: ${seconds[job].toFixed(1)} s`);
  }
  return seconds;
}

async function run(job: Job): Promise<number> {
  const env = { ANSIBLE_CONFIG: join(ANSIBLE, 'ansible.cfg') };
  return (await measure(fleet.argv(commands[job]), { cwd: ANSIBLE, env })).seconds;
}

/** All three with the role's own ansible.cfg: pipelining, eleven at a time. */
function playArgv(directory: string): string[] {
  return [...ansible, '-i', inventory, join(directory, 'site.yml')];
}

async function removeAll(): Promise<void> {
  await Promise.all(
    fleet.hosts.map(host =>
      host.exec(`
        installer=/opt/homelab-agent/current/install-agent.sh
        [ ! -e $installer ] || sh $installer --uninstall --purge >/dev/null
        systemctl disable --quiet --now plain-agent 2>/dev/null
        rm -rf /etc/systemd/system/plain-agent.service /opt/plain-agent /etc/plain-agent /var/lib/plain-agent
        systemctl daemon-reload
        ! id plain-agent >/dev/null 2>&1 || userdel plain-agent
        sync`),
    ),
  );
}

function rows(what: string, rounds: readonly Round[], most: number): string[][] {
  return JOBS.map(job => {
    const ratio = median(rounds.map(each => each[job] / each['plain tasks']));
    const target = job === 'the role' ? `at most ${most}${ratio <= most ? '' : ' MISSED'}` : '';
    const seconds = median(rounds.map(each => each[job])).toFixed(2);
    return [`${what}: ${job}`, seconds, ratio.toFixed(2), target];
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}
