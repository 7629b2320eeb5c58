import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import type { RunResult } from '../../fleet/fleet-run.ts';
import { deployArgv } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { need } from '../../support/need.ts';

describe('from nothing to accepted heartbeats, on real servers', need('servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let home: string;
  const names = ['nas-1', 'nas-2', 'pi-1', 'pi-2', 'minipc-1'];

  before(async () => {
    fleet = await startFleet({ hosts: names });
    hub = await fleet.startHub();
    home = join(fleet.directory, 'home');
    await mkdir(home);
    await writeFile(join(home, 'key'), `${fleet.apiKey}\n`, { mode: 0o600 });
  });
  after(async () => fleet?.stop());

  /** As a person who has a key that the servers know, and nothing else. */
  async function deploy(...args: string[]): Promise<RunResult> {
    const knownHosts = join(home, 'known_hosts');
    const env = {
      HOME: home,
      // The runtime for the servers is kept there.
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
      ANSIBLE_PRIVATE_KEY_FILE: fleet.keyFile,
      ANSIBLE_SSH_COMMON_ARGS: `-o UserKnownHostsFile=${knownHosts} -o IdentitiesOnly=yes`,
    };
    return await fleet.run(deployArgv(args), { reject: false, cwd: home, env, timeout: 300_000 });
  }

  test('init shows and records the host keys, and finds each server', async () => {
    const { exitCode, stderr, stdout } = await deploy(
      ...['init', '--hub', fleet.hubUrl, '--api-key-file', 'key', '--user', fleet.user],
      ...names.flatMap(name => ['--host', name]),
      ...['--vault-password-file', 'vault-password', '--accept-host-keys'],
    );
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /^The hub at \S+ accepts the key, and knows no server yet$/m);
    for (const name of names) {
      assert.match(stderr, new RegExp(`^ {2}${name} \\(\\S+ port 22\\) +ssh-\\S+ SHA256:`, 'm'));
      assert.match(stderr, new RegExp(`^${name} +ok: Debian .+, sudo works$`, 'm'));
    }
    assert.match(stdout, /^inventory\.yaml +5 servers$/m);
    const written = await readFile(join(home, 'inventory.yaml'), 'utf8');
    assert.doesNotMatch(written, new RegExp(fleet.apiKey));
  });

  test('its next commands, as they are, end with every heartbeat accepted', async () => {
    const doctor = await deploy('doctor');
    assert.equal(doctor.exitCode, 0, doctor.stdout);
    assert.match(doctor.stdout, /pass {2}inventory\.yaml \(5 servers, every setting checked\)$/m);
    assert.match(doctor.stdout, /^Ready to push$/m);
    const push = await deploy('push', '--all', '--yes');
    assert.equal(push.exitCode, 0, push.stdout + push.stderr);
    assert.match(push.stdout, /^5 servers: 5 changed$/m);
    await hub.waitForBeats(names);
    assert.equal((await deploy('verify')).exitCode, 0);
  });
});
