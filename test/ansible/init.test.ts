import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { deployArgv } from '../support/deploy.ts';
import { need } from '../support/need.ts';
import { TestDirectory } from '../support/test-directory.ts';

describe('the inventory that init writes', need('Ansible'), () => {
  it('is read by ansible-inventory, with its vault password found by the same ansible.cfg', async () => {
    await using directory = await TestDirectory.create({ key: 'the-key\n' });
    const options = { cwd: directory.path, stdin: 'ignore', extendEnv: true } as const;
    const env = { HOME: directory.path, ANSIBLE_LOCALHOST_WARNING: 'False' };
    const [node = '', ...args] = deployArgv([
      ...['init', '--hub', 'hub.home.lan:8080', '--api-key-file', 'key', '--offline'],
      ...['--host', 'nas-[1:2]', '--host', 'pi-1=192.0.2.7:2222', '--host', 'gate'],
      ...['--user', 'admin', '--vault-password-file', 'vault-password'],
    ]);
    await execa(node, args, { ...options, env });
    const listed = await execa('ansible-inventory', ['-i', 'inventory.yaml', '--list'], {
      ...options,
      env,
    });
    const { _meta, nas, pi, ungrouped } = JSON.parse(listed.stdout);
    assert.deepEqual(
      [nas.hosts, pi.hosts, ungrouped.hosts],
      [['nas-1', 'nas-2'], ['pi-1'], ['gate']],
    );
    const { ansible_host, ansible_port, ansible_user } = _meta.hostvars['pi-1'];
    assert.deepEqual([ansible_host, ansible_port, ansible_user], ['192.0.2.7', 2222, 'admin']);
    const debug = [
      '-i',
      'inventory.yaml',
      '-m',
      'debug',
      '-a',
      'var=homelab_agent_api_key',
      'nas-1',
    ];
    const { stdout, stderr } = await execa('ansible', debug, { ...options, env });
    assert.match(stdout, /"homelab_agent_api_key": "the-key"/);
    assert.equal(listed.stderr + stderr, '');
  });
});
