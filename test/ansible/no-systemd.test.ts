import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { manifestText } from '../../deployer/build/manifest.ts';
import { need } from '../support/need.ts';
import { parseRecap } from './recap.ts';
import { ANSIBLE } from './role.ts';

describe('the role where systemd is not process 1', need('Ansible', 'namespaces'), () => {
  it('stops with one message that says what is, before it changes anything', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'homelab-role-'));
    const file = { file: 'a.tar.gz', sha256: '0'.repeat(64), bytes: 1 };
    const x64 = { ...file, name: 'node-v24.21.0-linux-x64' };
    const artifact = { ...file, sums: '' };
    await writeFile(
      join(directory, 'manifest.json'),
      manifestText({ version: '0.1.0', artifact, runtimes: { x64, arm64: x64 } }),
    );
    const variables = {
      ansible_connection: 'local',
      ansible_become: false,
      homelab_agent_hub_url: 'http://hub:8080',
      homelab_agent_api_key: 'key',
      homelab_agent_dist_dir: directory,
    };
    // In a process tree of its own, whose first process is a shell. --check, since this machine is no test server.
    const script = 'ansible-playbook -i nas-1, site.yml --check -e "$0"; exit $?';
    const unshare = [
      '--fork',
      '--pid',
      '--mount-proc',
      '--propagation',
      'unchanged',
      '--kill-child',
    ];
    const { exitCode, stdout } = await execa(
      'unshare',
      [...unshare, 'sh', '-c', script, JSON.stringify(variables)],
      { cwd: ANSIBLE, reject: false, stdin: 'ignore' },
    );
    await rm(directory, { recursive: true });
    assert.equal(exitCode, 2, stdout);
    assert.match(
      stdout,
      /msg: 'Expected systemd as process 1, found "sh": the agent is a systemd service'/,
    );
    assert.deepEqual(parseRecap(stdout)['nas-1'], { ok: 4, changed: 0, unreachable: 0, failed: 1 });
  });
});
