import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { buildCollection } from '../../deployer/build/release/build-collection.ts';
import { table } from '../../deployer/ui/text.ts';
import { buildDist } from '../ansible/dist.ts';
import { parseRecap } from '../ansible/recap.ts';
import { ANSIBLE } from '../ansible/role.ts';
import { startFleet } from '../fleet/fleet.ts';
import { calm } from './calm.ts';
import { type Measured, measure, say } from './measure.ts';

/**
 * The collection, installed from its tarball, on many servers in slices, as a job of AWX is divided: each slice is a
 * run of its own. First an installation, then a run with nothing to change.
 *
 *   npm run bench slices -- [--hosts 100] [--slices 4] [--forks 10]
 */
const { values } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: '100' },
    slices: { type: 'string', default: '4' },
    forks: { type: 'string', default: '10' },
  },
});
const count = Number(values.hosts);
const size = Math.ceil(count / Number(values.slices));

await using fleet = await startFleet({ hosts: count, progress: say });
await fleet.startHub();
const at = (...path: string[]): string => join(fleet.directory, ...path);
await buildDist(at('dist'));
await buildCollection(join(ANSIBLE, '..'), at('collection.tar.gz'));
const install = ['collection', 'install', '--offline', '-p', at('collections')];
await execa('ansible-galaxy', [...install, at('collection.tar.gz')], { stdin: 'ignore' });
await mkdir(at('play'));
await fleet.inventory(at('play/inventory.yaml'), { vars: { homelab_agent_gate_seconds: 0 } });
await writeFile(
  at('play/ansible.cfg'),
  '[defaults]\ninterpreter_python = /usr/bin/python3\n[connection]\npipelining = true\n',
);
const play = { hosts: 'all', gather_facts: false, roles: ['homelab.agent.homelab_agent'] };
await writeFile(at('play/site.yml'), stringify([play]));

const rows: string[][] = [];
for (const job of ['first install', 'nothing to change']) {
  await calm();
  for (let first = 0; first < count; first += size) {
    const last = Math.min(first + size, count) - 1;
    say(`${job}: servers ${first + 1} to ${last + 1}`);
    rows.push(
      row(`${job}, ${first + 1} to ${last + 1}`, last - first + 1, await slice(first, last)),
    );
  }
}
process.stdout.write(
  `\n${count} servers, ${values.forks} at a time\n\n${table(
    ['SLICE', 'SECONDS', 'A SERVER', 'PEAK MB', 'CHANGED', 'FAILED'],
    rows,
  )}`,
);

async function slice(first: number, last: number): Promise<Measured> {
  const dist = ['-e', `homelab_agent_dist_dir=${at('dist')}`];
  const limit = ['--limit', `all[${first}:${last}]`, '--forks', values.forks];
  return await measure(
    fleet.argv(['ansible-playbook', '-i', 'inventory.yaml', 'site.yml', ...dist, ...limit]),
    { cwd: at('play'), env: { ANSIBLE_COLLECTIONS_PATH: at('collections') }, allow: [0, 2] },
  );
}

function row(job: string, servers: number, { seconds, peakMb, stdout }: Measured): string[] {
  const recaps = Object.values(parseRecap(stdout));
  const those = (is: (recap: (typeof recaps)[number]) => boolean) =>
    String(recaps.filter(is).length);
  return [
    job,
    seconds.toFixed(0),
    (seconds / servers).toFixed(2),
    peakMb.toFixed(0),
    those(({ changed }) => changed > 0),
    those(({ failed, unreachable }) => failed + unreachable > 0),
  ];
}
