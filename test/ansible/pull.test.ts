import assert from 'node:assert/strict';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { sha256 } from '../../deployer/lib/digest.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import type { HubClient } from '../support/hub-client.ts';
import { need } from '../support/need.ts';
import { buildDist } from './dist.ts';
import { parseRecap } from './recap.ts';
import { ANSIBLE } from './role.ts';
import { type Served, serve } from './serve.ts';

/** What a server needs to be its own controller; a host of a fleet is of the same Debian as this machine. */
const PACKAGES = [
  ...['ansible-core', 'python3-jinja2', 'python3-markupsafe', 'python3-yaml', 'libyaml-0-2'],
  ...['python3-packaging', 'python3-resolvelib', 'python3-cryptography', 'python3-cffi-backend'],
  ...['git', 'libpcre2-8-0', 'zlib1g'],
];

describe('ansible-pull on a server', need('Ansible', 'servers', 'git'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let server: Served | undefined;
  const at = (...path: string[]): string => join(fleet.directory, ...path);

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1'] });
    hub = await fleet.startHub();
    await buildDist(at('dist'));
    server = await serve(fleet, at('dist'));
    const archive = (await readdir(at('dist'))).find(name => name.endsWith('.tar')) ?? '';
    const vars = {
      homelab_agent_hub_url: fleet.hubUrl,
      homelab_agent_api_key: fleet.apiKey,
      homelab_agent_root_mount: '/',
      homelab_agent_dist_url: `${server.url}/${archive}`,
      homelab_agent_dist_checksum: `sha256:${sha256(await readFile(at('dist', archive)))}`,
    };
    const repository = join(fleet.host('nas-1').root, 'srv/infra');
    await cp(ANSIBLE, join(repository, 'collections/ansible_collections/homelab/agent'), {
      recursive: true,
    });
    const files = {
      'ansible.cfg': '[defaults]\ncollections_path = collections\n',
      'inventory.yaml': stringify({ all: { vars, hosts: { 'nas-1': {}, 'pi-1': {} } } }),
      'site.yml': stringify([{ hosts: 'all', roles: ['homelab.agent.homelab_agent'] }]),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(repository, name), text);
    const commit = 'git init -q && git add . && git -c user.name=x -c user.email=x commit -qm x';
    await execa('sh', ['-c', commit], { cwd: repository });
    const copy =
      'dpkg -L "$@" | while read -r f; do [ -d "$f" ] || echo "$f"; done | tar -cf - -T -';
    const script = `set -e; to=$1; shift; (${copy}) | tar -xf - -C "$to"`;
    const { root } = fleet.host('nas-1');
    await execa('sh', ['-c', script, 'copy', root, ...PACKAGES], { cwd: '/' });
  });
  after(async () => {
    server?.kill();
    await fleet?.stop();
  });

  it('installs the agent from a repository with the collection, and finds nothing to do the next time', async () => {
    const pull =
      'LC_ALL=C.UTF-8 ansible-pull -U file:///srv/infra -i inventory.yaml --directory /root/infra site.yml';
    const first = await fleet.host('nas-1').exec(pull, { timeout: 300_000, reject: false });
    assert.equal(first.exitCode, 0, `${first.stdout}\n${first.stderr}`);
    await hub.waitForBeats(['nas-1']);
    const { stdout } = await fleet.host('nas-1').exec(pull, { timeout: 300_000 });
    const { changed, failed } =
      parseRecap(stdout.slice(stdout.lastIndexOf('PLAY ')))['nas-1'] ?? {};
    assert.deepEqual([changed, failed], [0, 0], stdout);
  });
});
