import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { releaseName } from '../../deployer/release/release-name.ts';
import { need } from '../support/need.ts';
import { NAIVE_INVENTORY } from './naive.ts';
import { ROLE } from './role.ts';

const SUMS = `${'0'.repeat(64)}  VERSION\n${'1'.repeat(64)}  homelab-agent.mjs\n`;
const HOSTS = ['nas-1', 'nas-2', 'pi-1', 'pi-2', 'pi-3', 'pi-4'];

/** In place of the role's own tasks: what it would write and how it would name the release, without a server. */
const TASKS = `
- ansible.builtin.template:
    src: config.yaml.j2
    dest: "{{ playbook_dir }}/{{ inventory_hostname }}.role"
    mode: "0600"
- ansible.builtin.copy:
    content: "{{ __homelab_agent_release }}"
    dest: "{{ playbook_dir }}/{{ inventory_hostname }}.release"
    mode: "0600"
  vars:
    __homelab_agent_probe: {stdout: '{"machine": "x86_64", "releases": "", "runtimes": ""}'}
- ansible.builtin.template:
    src: server-problems.j2
    dest: "{{ playbook_dir }}/{{ inventory_hostname }}.problems"
    mode: "0600"
  vars:
    __homelab_agent_probe: {stdout: '${JSON.stringify({
      uid: '0',
      init: 'systemd',
      missing: '',
      machine: 'armv7l',
      bits: '32',
      libc: '',
      node: 'v22.18.0',
    })}'}
`;

/** The host that runs the agent with its own Node. */
const SYSTEM = 'pi-2';

describe('the configuration that the role writes', need('Ansible'), () => {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'homelab-template-'));
    const at = (name: string): string => join(directory, name);
    await mkdir(at('roles/homelab_agent/tasks'), { recursive: true });
    for (const part of ['defaults', 'vars', 'templates']) {
      await symlink(join(ROLE, part), at(`roles/homelab_agent/${part}`));
    }
    await writeFile(at('roles/homelab_agent/tasks/main.yml'), TASKS);
    const play = { hosts: 'all', gather_facts: false, roles: ['homelab_agent'] };
    await writeFile(at('playbook.yml'), JSON.stringify([play]));
    await writeFile(at('inventory.yaml'), NAIVE_INVENTORY);
    await writeFile(at('password'), 'open sesame');
    const runtime = { name: 'node-v24.21.0-linux-x64', file: 'node.tar.gz' };
    const manifest = { version: '0.1.0', artifact: { sums: SUMS }, runtimes: { x64: runtime } };
    await writeFile(at('manifest.json'), JSON.stringify(manifest));
    const common = ['-i', at('inventory.yaml'), '--vault-password-file', at('password')];
    const dist = ['-c', 'local', '-e', `homelab_agent_dist_dir=${directory}`];
    await execa('ansible-playbook', [...common, ...dist, at('playbook.yml')], {
      stdin: 'ignore',
    });
    const main = join(import.meta.dirname, '../../deployer/main.ts');
    await execa(process.execPath, [main, 'render', ...common, '--out', at('deployer')], {
      stdin: 'ignore',
    });
  });
  after(() => rm(directory, { recursive: true, force: true }));

  for (const host of HOSTS) {
    it(`is byte for byte what homelab-deploy renders for ${host}`, async () => {
      assert.equal(
        await readFile(join(directory, `${host}.role`), 'utf8'),
        await readFile(join(directory, 'deployer', host, 'config.yaml'), 'utf8'),
      );
    });

    it(`gives the release of ${host} the name that homelab-deploy gives it`, async () => {
      const config = await readFile(join(directory, 'deployer', host, 'config.yaml'), 'utf8');
      const runtime = host === SYSTEM ? 'system' : 'node-v24.21.0-linux-x64';
      assert.equal(
        await readFile(join(directory, `${host}.release`), 'utf8'),
        releaseName({ version: '0.1.0', sums: SUMS, config, runtime }),
      );
    });
  }

  it('takes a server of any architecture with its own Node, where that is new enough', async () => {
    const problems = (host: string): Promise<string> =>
      readFile(join(directory, `${host}.problems`), 'utf8');
    assert.match(
      await problems(SYSTEM),
      /^Wanted Node 22\.19 or newer [^\n]*, found v22\.18\.0: [^\n]*\n$/,
    );
    assert.match(
      await problems('pi-1'),
      /^Wanted a 64-bit [^\n]* found armv7l [^\n]*\nWanted glibc 2\.28 [^\n]*\n$/,
    );
  });
});
