import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import type { RunResult } from '../../fleet/fleet-run.ts';
import { liveRelease } from '../../support/deploy.ts';
import { need } from '../../support/need.ts';
import { giveOperator, installDeployer } from './install-deployer.ts';
import { stubDist } from './stub-dist.ts';

describe('an operator whose own machine is one of the servers', need('servers'), () => {
  let fleet: Fleet;
  let program: string;

  before(async () => {
    fleet = await startFleet({ hosts: ['desk-1', 'nas-1'], sudo: 'password' });
    const desk = fleet.host('desk-1');
    program = await installDeployer(desk);
    const dist = join(desk.root, 'home/admin/dist');
    await mkdir(dist);
    await stubDist(dist, '0.5.0', 'good');
    const inventory = join(fleet.directory, 'desk.yaml');
    await fleet.inventory(inventory, {
      vars: {
        ansible_ssh_private_key_file: '/home/admin/id',
        ansible_ssh_common_args: '-o UserKnownHostsFile=/home/admin/known',
        ansible_become_password: fleet.password,
        homelab_agent_gate_seconds: 1,
      },
      hosts: {
        'desk-1': { ansible_connection: 'local', homelab_agent_runtime: 'system' },
      },
    });
    await giveOperator(desk, fleet.keyFile, '/home/admin/id');
    await giveOperator(desk, fleet.knownHostsFile, '/home/admin/known');
    await giveOperator(desk, inventory, '/home/admin/inventory.yaml');
  });
  after(async () => fleet?.stop());

  /** Runs a shell line on the desk as its operator. */
  async function onDesk(line: string): Promise<RunResult> {
    const env = { HOME: '/home/admin', USER: 'admin' };
    const desk = fleet.host('desk-1');
    return desk.exec(`cd && exec runuser -u admin -- sh -c '${line}'`, { env, reject: false });
  }

  test('doctor looks at both, each over its own way', async () => {
    // No hub runs there, so that every check is listed.
    const { stdout } = await onDesk(`${program} doctor`);
    assert.match(stdout, /^desk-1\n {2}pass {2}This machine itself, and sudo$/m);
    assert.match(stdout, /^nas-1\n {2}pass {2}Name, reach, host key, login and sudo$/m);
  });

  test('push installs the agent on it through sudo with a password, and then finds nothing to do', async () => {
    const push = `${program} push desk-1 --json --dist dist`;
    const first = await onDesk(push);
    assert.equal(first.exitCode, 0, first.stdout + first.stderr);
    assert.equal(JSON.parse(first.stdout).hosts[0].outcome, 'changed');
    assert.match(await liveRelease(fleet, 'desk-1'), /^0\.5\.0-[0-9a-f]{8}$/);
    const again = await onDesk(push);
    assert.equal(JSON.parse(again.stdout).hosts[0].outcome, 'unchanged');
  });

  test('status shows it beside the others', async () => {
    const { stdout } = await onDesk(`${program} status --json --dist dist`);
    const hosts: { host: string; release?: string; state: string }[] = JSON.parse(stdout).hosts;
    assert.deepEqual(
      hosts.map(({ host }) => host),
      ['desk-1', 'nas-1'],
    );
    assert.match(hosts[0]?.release ?? '', /^0\.5\.0-/);
    assert.equal(hosts[1]?.state, 'not installed');
  });

  test('the end of following its journal leaves no journalctl behind', async () => {
    const { stdout, exitCode } = await onDesk(`
      ${program} logs -f desk-1 >followed 2>&1 & pid=$!
      n=0; while ! [ -s followed ] && [ $n -lt 300 ]; do n=$((n + 1)); sleep 0.1; kill -0 $pid || break; done
      pgrep -x journalctl >/dev/null && echo followed
      kill -TERM $pid; wait $pid; code=$?
      n=0; while pgrep -x journalctl >/dev/null && [ $n -lt 50 ]; do n=$((n + 1)); sleep 0.1; done
      pgrep -a journalctl
      exit $code`);
    assert.equal(stdout, 'followed');
    assert.equal(exitCode, 0);
  });

  test('a wrong sudo password ends in words, with nothing touched', async () => {
    await onDesk('sed s/fleet-password/wrong/ inventory.yaml >wrong.yaml');
    const { stdout, exitCode } = await onDesk(`${program} push desk-1 --dist dist -i wrong.yaml`);
    assert.match(stdout, /sudo on desk-1 rejected the password for admin/);
    assert.equal(exitCode, 1);
  });
});
