import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { sha256 } from '../../deployer/lib/digest.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { buildDist } from './dist.ts';
import { ANSIBLE } from './role.ts';
import { type Served, serve } from './serve.ts';

/** What a server needs to be its own controller; a host of a fleet is of the same Debian as this machine. */
const PACKAGES = [
  ...['ansible-core', 'python3-jinja2', 'python3-markupsafe', 'python3-yaml', 'libyaml-0-2'],
  ...['python3-packaging', 'python3-resolvelib', 'python3-cryptography', 'python3-cffi-backend'],
  ...['git', 'libpcre2-8-0', 'zlib1g'],
];

/** What a timer of a server runs, as root. */
export const PULL = `LC_ALL=C.UTF-8 ansible-pull -U file:///srv/infra -i inventory.yaml --directory /root/infra site.yml`;

/** Gives every host of a fleet Ansible and a repository with the collection; serves the files for servers until it is killed. */
export async function preparePull(fleet: Fleet): Promise<Served> {
  const at = (...path: string[]): string => join(fleet.directory, ...path);
  await buildDist(at('dist'));
  const server = await serve(fleet, at('dist'));
  const archive = (await readdir(at('dist'))).find(name => name.endsWith('.tar')) ?? '';
  const hosts = Object.fromEntries(fleet.hosts.map(({ name }) => [name, {}]));
  const vars = {
    homelab_agent_hub_url: fleet.hubUrl,
    homelab_agent_api_key: fleet.apiKey,
    homelab_agent_root_mount: '/',
    homelab_agent_dist_url: `${server.url}/${archive}`,
    homelab_agent_dist_checksum: `sha256:${sha256(await readFile(at('dist', archive)))}`,
  };
  const infra = at('tree', 'srv/infra');
  await mkdir(infra, { recursive: true });
  await cp(ANSIBLE, join(infra, 'collections/ansible_collections/homelab/agent'), {
    recursive: true,
  });
  const files = {
    'ansible.cfg': '[defaults]\ncollections_path = collections\n',
    'inventory.yaml': stringify({ all: { vars, hosts } }),
    'site.yml': stringify([{ hosts: 'all', roles: ['homelab.agent.homelab_agent'] }]),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(infra, name), text);
  const pack = `set -e
    cd "$0"
    git -C srv/infra init -q
    git -C srv/infra add .
    git -C srv/infra -c user.name=x -c user.email=x commit -qm x
    tar -cf ../tree.tar .
    dpkg -L "$@" | while read -r file; do [ -d "$file" ] || echo "$file"; done | tar -rPf ../tree.tar -T -`;
  await execa('sh', ['-c', pack, at('tree'), ...PACKAGES]);
  for (const { root } of fleet.hosts) await execa('tar', ['-xf', at('tree.tar'), '-C', root]);
  return server;
}
