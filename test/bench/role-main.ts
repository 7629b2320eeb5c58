import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { readManifest } from '../../deployer/build/manifest.ts';
import { table } from '../../deployer/ui/text.ts';
import { ANSIBLE } from '../ansible/role.ts';
import { startFleet } from '../fleet/fleet.ts';
import { deployArgv } from '../support/deploy.ts';
import { type Measured, measure, median } from './measure.ts';

/**
 * How long the role takes beside nine plain tasks that do the same, and beside `push`, on the same servers in the same
 * run.
 *
 *   npm run bench role -- [--hosts 11]
 */
const { values } = parseArgs({
  allowPositionals: true,
  options: { hosts: { type: 'string', default: '11' } },
});
const ROOT = join(import.meta.dirname, '../..');

await using fleet = await startFleet({ hosts: Number(values.hosts), progress: say });
await fleet.startHub();
const dist = join(fleet.directory, 'dist');
await execa(process.execPath, deployArgv(['build', '--arch', 'x64', '--out', dist]).slice(1));
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
  },
});

say('first runs');
const first = await play(join(ANSIBLE, 'site.yml'));
const plainFirst = await play(join(ROOT, 'test/bench/plain/site.yml'));
say('nothing to change');
const again = await median(3, () => play(join(ANSIBLE, 'site.yml')));
const plainAgain = await median(3, () => play(join(ROOT, 'test/bench/plain/site.yml')));
const push = await median(3, () =>
  measure(fleet.argv(deployArgv(['push', '--all', '--dist', dist, '-i', inventory, '--json']))),
);

process.stdout.write(
  `\n${values.hosts} servers\n\n${table(
    ['JOB', 'SECONDS', 'BESIDE THE NINE TASKS'],
    [
      row('nine plain tasks: first run', plainFirst, plainFirst),
      row('site.yml: first run', first, plainFirst),
      row('nine plain tasks: nothing to change', plainAgain, plainAgain),
      row('site.yml: nothing to change', again, plainAgain),
      row('push: nothing to change', push, plainAgain),
    ],
  )}`,
);

/** Both with the role's own ansible.cfg: pipelining, eleven at a time. */
async function play(playbook: string): Promise<Measured> {
  return await measure(fleet.argv(['ansible-playbook', '-i', inventory, playbook]), {
    cwd: ANSIBLE,
    env: { ANSIBLE_CONFIG: join(ANSIBLE, 'ansible.cfg') },
  });
}

function row(job: string, run: Measured, beside: Measured): string[] {
  return [job, run.seconds.toFixed(2), (run.seconds / beside.seconds).toFixed(2)];
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
