import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { need } from '../support/need.ts';
import { ANSIBLE } from './role.ts';
import { checkHere, LOCAL } from './without-servers.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'inventory.example.yaml');
const HOSTS = [1, 2, 3, 4].flatMap(n => [`pi-${n}`, `minipc-${n}`, ...(n < 4 ? [`nas-${n}`] : [])]);
const options = { cwd: ANSIBLE, stdin: 'ignore' } as const;

interface Listed {
  readonly _meta: { readonly hostvars: Record<string, Record<string, unknown>> };
}

describe('inventory.example.yaml', need('Ansible'), () => {
  it('lists the same servers and groups by ansible-inventory and homelab-deploy', async () => {
    const main = join(ROOT, 'deployer/main.ts');
    const deployer = [process.execPath, main, 'inventory', '-i', EXAMPLE, '--json'] as const;
    const [theirs, ours] = await Promise.all(
      [['ansible-inventory', '-i', EXAMPLE, '--list'] as const, deployer].map(
        async ([program, ...args]) =>
          JSON.parse((await execa(program, args, options)).stdout) as Listed,
      ),
    );
    assert.deepEqual(Object.keys(theirs?._meta.hostvars ?? {}).sort(), HOSTS.sort());
    // Secrets are masked in ours, so of the variables the names.
    const names = (listed?: Listed): unknown => ({
      ...listed,
      _meta: Object.entries(listed?._meta.hostvars ?? {})
        .map(([host, variables]) => [host, ...Object.keys(variables).sort()].join(' '))
        .sort(),
    });
    assert.deepEqual(names(ours), names(theirs));
  });

  it('has eleven servers for site.yml', async () => {
    const { stdout } = await execa(
      'ansible-playbook',
      ['-i', EXAMPLE, 'site.yml', '--list-hosts'],
      options,
    );
    assert.match(stdout, /hosts \(11\):/);
  });

  for (const playbook of ['site.yml', 'rollback.yml']) {
    it(`passes the syntax check with ${playbook}`, async () => {
      const args = ['-i', EXAMPLE, playbook, '--syntax-check'];
      const { stdout, stderr } = await execa('ansible-playbook', args, options);
      assert.equal(`${stdout}${stderr}`.trim(), `playbook: ${playbook}`);
    });
  }

  it('is refused by the role on every server for an unknown key', async () => {
    const { ansible_connection, ansible_become } = LOCAL;
    const { code, output, recap } = await checkHere(EXAMPLE, {
      ansible_connection,
      ansible_become,
    });
    assert.equal(code, 2, output);
    const refusals = output.match(
      /homelab_agent_api_key: Expected [^:]*found\s+the\s+placeholder/g,
    );
    assert.equal(refusals?.length, HOSTS.length);
    assert.ok(Object.values(recap).every(({ ok, failed }) => ok === 1 && failed === 1));
  });
});
