import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { buildDist, buildStubDist } from '../../ansible/dist.ts';
import { play } from '../../ansible/playbook.ts';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { deployArgv } from '../../support/deploy.ts';
import { need } from '../../support/need.ts';
import { onTerminal, seen } from '../../support/terminal.ts';
import { watchProcesses } from '../../support/watch-processes.ts';

const HOSTS = ['nas-1', 'pi-1'];
const API_KEY = 'marker-api-key-4d1f';
const VAULT_PASSWORD = 'marker-vault-90ac';
const PASSPHRASE = 'marker-passphrase-3e7b';

describe('secrets from an inventory to real servers', need('Ansible', 'servers'), () => {
  let fleet: Fleet;
  let args: string[];
  let env: Record<string, string>;
  let secrets: string[];
  let processes: ReturnType<typeof watchProcesses>;
  const at = (...path: string[]): string => join(fleet.directory, ...path);

  before(async () => {
    fleet = await startFleet({ hosts: HOSTS, sudo: 'password', apiKey: API_KEY });
    secrets = [API_KEY, VAULT_PASSWORD, PASSPHRASE, fleet.password];
    await fleet.startHub();
    await writeFile(at('vault-password'), VAULT_PASSWORD, { mode: 0o600 });
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', PASSPHRASE, '-f', at('own-key')]);
    const publicKey = await readFile(at('own-key.pub'), 'utf8');
    for (const host of fleet.hosts) {
      await host.exec(`echo '${publicKey.trim()}' >>~admin/.ssh/authorized_keys`);
    }
    await fleet.inventory(at('inventory.yaml'), {
      vars: {
        ansible_ssh_private_key_file: at('own-key'),
        ansible_become_password: '{{ vault_become }}',
        homelab_agent_api_key: '{{ vault_key }}',
        homelab_agent_gate_seconds: 1,
      },
    });
    const vaulted = stringify({ vault_key: API_KEY, vault_become: fleet.password });
    await mkdir(at('group_vars/all'), { recursive: true });
    const vault = ['--vault-password-file', at('vault-password')];
    const encrypt = ['encrypt', ...vault, '--output', at('group_vars/all/vault.yml')];
    await execa('ansible-vault', encrypt, { input: vaulted });
    args = ['-i', at('inventory.yaml'), ...vault];
    for (const name of ['home', 'tmp', 'dist', 'broken']) await mkdir(at(name));
    env = { HOME: at('home'), TMPDIR: at('tmp'), SSH_AUTH_SOCK: '' };
    await buildDist(at('dist'));
    await buildStubDist(at('dist'), at('broken'), 'dies at once');
    processes = watchProcesses(secrets);
  });
  after(async () => {
    await processes?.stop();
    await fleet?.stop();
  });

  /** Runs homelab-deploy on a terminal, where it asks for the key's passphrase, and says what came on the screen. */
  async function onScreen(...line: string[]): Promise<{ screen: string; code: number | null }> {
    const answers = [[/passphrase.*: $/i, PASSPHRASE]] as const;
    const { raw, code } = await onTerminal(fleet, deployArgv([...line, ...args]), { answers, env });
    for (const secret of secrets) assert.ok(!raw.includes(secret), `${secret} in ${raw}`);
    return { screen: seen(raw), code };
  }

  for (const transport of ['node-ssh', 'openssh']) {
    it(`are shown by no command over ${transport}`, async () => {
      const push = ['push', '--all', '--yes', '--diff', '--transport', transport];
      const first = await onScreen(...push, '--dist', at('dist'));
      assert.equal(first.code, 0, first.screen);
      const broken = await onScreen(...push, '--dist', at('broken'), '--serial', '1');
      assert.match(broken.screen, /rolled-back/);
      for (const line of [['status'], ['logs', '--all', '-n', '500'], ['doctor', 'nas-1']]) {
        const { screen } = await onScreen(...line, '--transport', transport);
        assert.match(screen, /nas-1/);
      }
    });
  }

  it('are shown by no run of site.yml, however verbose', async () => {
    const key = ['-e', `ansible_ssh_private_key_file=${fleet.keyFile}`];
    const dist = [
      '-e',
      `homelab_agent_dist_dir=${at('dist')}`,
      '-e',
      'homelab_agent_log_level=debug',
    ];
    const played = await play(fleet, 'site.yml', [...args, ...key, ...dist, '--diff', '-vvv']);
    assert.equal(played.code, 0, played.output);
    for (const secret of secrets) assert.ok(!played.output.includes(secret), secret);
  });

  it("give way to a server's own token, which is shown by nothing either", async () => {
    const enrolled = await onScreen('enroll', 'nas-1', '--yes');
    assert.equal(enrolled.code, 0, enrolled.screen);
    const { stdout } = await fleet.host('nas-1').exec('cat /etc/homelab-agent/config.yaml');
    const [, token = ''] = /^api_token: "(.+)"$/m.exec(stdout) ?? [];
    assert.match(token, /\S{16}/);
    assert.ok(!enrolled.screen.includes(token));
    secrets.push(token);
  });

  it('stood in no command line and in no environment', async () => {
    // The stand-in hub is told its key in this way, which also shows that the watch sees one.
    const [hub, ...others] = await processes.stop();
    assert.match(hub ?? '', /hub-main\.ts/);
    assert.deepEqual(others, []);
  });

  it('stand on the machine of the operator where the operator put them', async () => {
    const { stdout } = await execa('grep', ['-rlsF', '-f', '-', fleet.directory], {
      input: secrets.join('\n'),
    });
    assert.deepEqual(stdout.split('\n'), [at('vault-password')]);
  });

  for (const name of HOSTS) {
    it(`stand on ${name} in its configuration and in copies for a rollback, which root alone can read`, async () => {
      const host = fleet.host(name);
      await host.exec('systemctl kill -s ABRT homelab-agent');
      const { stdout } = await host.exec(
        `grep -rlsF --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev -f - / | xargs -r stat -c '%a %U:%G %n'`,
        { input: secrets.join('\n') },
      );
      const [config, ...copies] = stdout.split('\n').sort().reverse();
      assert.equal(config, '640 root:homelab-agent /etc/homelab-agent/config.yaml');
      assert.ok(copies.length > 0);
      for (const copy of copies) {
        assert.match(copy, /^600 root:root \/opt\/homelab-agent\/releases\/[^/]+\/config\.yaml$/);
      }
      const journal = await host.exec('journalctl --all --output export');
      for (const secret of secrets) assert.ok(!journal.stdout.includes(secret), secret);
    });
  }
});
