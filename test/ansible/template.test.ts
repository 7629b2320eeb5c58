import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { need } from '../support/need.ts';
import { NAIVE_INVENTORY } from './naive.ts';
import { ROLE } from './role.ts';

const HOSTS = ['nas-1', 'nas-2', 'pi-1', 'pi-2', 'pi-3', 'pi-4'];

/** In place of the role's own tasks: what it would write, without a server. */
const TASKS = `
- ansible.builtin.template:
    src: config.yaml.j2
    dest: "{{ playbook_dir }}/{{ inventory_hostname }}.role"
    mode: "0600"
`;

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
    const common = ['-i', at('inventory.yaml'), '--vault-password-file', at('password')];
    await execa('ansible-playbook', [...common, '-c', 'local', at('playbook.yml')], {
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
  }
});
