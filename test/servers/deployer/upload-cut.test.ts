import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { pushJson } from '../../support/deploy.ts';
import { need } from '../../support/need.ts';
import { Running } from '../../support/running.ts';

/** A link on which a runtime takes half a minute. */
const SLOW_KBIT = 15_000;

describe('a first push that ends in the middle of its upload', need('servers'), () => {
  let fleet: Fleet;
  let inventory: string;

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1'] });
    await fleet.startHub();
    inventory = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(inventory, { vars: { homelab_agent_gate_seconds: 0 } });
  });
  after(async () => fleet?.stop());
  beforeEach(async () => {
    const installer = '/opt/homelab-agent/current/install-agent.sh';
    await fleet.host('nas-1').exec(`[ ! -e ${installer} ] || ${installer} --uninstall --purge`);
    await fleet.host('nas-1').slowDown(SLOW_KBIT);
  });

  /** A push of which the server has got a part. */
  async function uploading(): Promise<Running> {
    const run = new Running(fleet, 'push', '--all', '-i', inventory);
    await run.says(/^nas-1: sends/m);
    const arrives = 'until ls /opt/homelab-agent.incoming.*/runtime/node-*; do sleep 0.1; done';
    await fleet.host('nas-1').exec(arrives, { timeout: 60_000 });
    assert.doesNotMatch(run.stderr, /^nas-1: activates$/m);
    return run;
  }

  async function assertUntouched(): Promise<void> {
    const { stdout } = await fleet.host('nas-1').exec('ls -A /opt');
    // After a power cut, what came stays there until the next push.
    assert.equal(stdout.replace(/^homelab-agent\.incoming\.\w+$/m, ''), '');
  }

  async function assertConverges(): Promise<void> {
    for (const outcome of ['changed', 'unchanged']) {
      const { hosts } = await pushJson(fleet, '--all', '-i', inventory);
      assert.equal(hosts[0]?.outcome, outcome, JSON.stringify(hosts));
    }
    const { stdout } = await fleet.host('nas-1').exec('ls /opt');
    assert.doesNotMatch(stdout, /incoming/);
  }

  test('the deployer killed: the server clears away what came, and the next push installs', async () => {
    const run = await uploading();
    run.kill('SIGKILL');
    await run.ended;
    const gone = 'while ls -d /opt/homelab-agent.incoming.*; do sleep 0.2; done';
    await fleet.host('nas-1').exec(gone, { timeout: 60_000 });
    await assertUntouched();
    await fleet.host('nas-1').slowDown();
    await assertConverges();
  });

  test('the receiving shell killed as well: the next probe clears away what came, with nothing else to do', async () => {
    const run = await uploading();
    // A copy, as the deployer itself may come back and clear away what it left.
    await fleet.host('nas-1').exec('cp -a /opt/homelab-agent.incoming.* /opt/kept');
    await fleet.host('nas-1').exec("pkill -KILL -f '[h]omelab-agent.incoming'");
    assert.equal((await run.ended).code, 3, run.stdout);
    await fleet.host('nas-1').slowDown();
    await assertConverges();
    await fleet.host('nas-1').exec('mv /opt/kept /opt/homelab-agent.incoming.kept');
    await assertConverges();
  });

  test('a power cut: the server is as it was, and the next push clears away and installs', async () => {
    const run = await uploading();
    await fleet.host('nas-1').cut();
    run.kill('SIGKILL');
    await run.ended;
    await fleet.host('nas-1').boot();
    await assertUntouched();
    await fleet.host('nas-1').slowDown();
    await assertConverges();
  });
});
