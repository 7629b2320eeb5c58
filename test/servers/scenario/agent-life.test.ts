import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';
import { mainPid, pushJson } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { need } from '../../support/need.ts';

/** The shortest that the agent takes, so that intervals pass within a test. */
const INTERVAL_S = 5;
const NAME = 'nas-1';

suite('an agent that was pushed to a real server', need('servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let host: FleetHost;
  let inventory: string;

  const push = async (vars: Record<string, unknown> = {}, ...args: string[]) => {
    const interval = { homelab_agent_heartbeat_interval: INTERVAL_S };
    await fleet.inventory(inventory, { vars: { ...interval, ...vars } });
    const { code, hosts } = await pushJson(fleet, '--all', ...args, '-i', inventory);
    assert.equal(code, 0, JSON.stringify(hosts));
  };
  /** Waits for a beat that arrives from now on. */
  const beatFromNow = async () => {
    await hub.waitForBeats([NAME], { since: new Date().toISOString() });
  };
  /** What the agent's journal says since the mark, without time and host. */
  const journal = async (mark: string) =>
    (await host.exec(`journalctl -u homelab-agent -o cat --no-pager --since '@${mark}'`)).stdout;
  const mark = async () => (await host.exec('date +%s')).stdout;

  before(async () => {
    fleet = await startFleet({ hosts: [NAME], withoutPython: [NAME] });
    hub = await fleet.startHub();
    host = fleet.host(NAME);
    inventory = join(fleet.directory, 'inventory.yaml');
    await push();
    await hub.waitForBeats([NAME]);
  });
  after(() => fleet?.stop());

  test('is started again after kill -9, and beats on as the same server', async () => {
    const before = await mainPid(fleet, NAME);
    const since = await mark();
    await host.exec(`kill -9 ${before}`);
    await beatFromNow();
    assert.notEqual(await mainPid(fleet, NAME), before);
    assert.match(await journal(since), /Main process exited, code=killed, status=9\/KILL/);
    const beats = await hub.beats(NAME);
    assert.equal(new Set(beats.map(({ body }) => body.server_guid)).size, 1);
  });

  test('beats again by itself after a reboot and after a power cut', async () => {
    await host.reboot();
    await beatFromNow();
    await host.cut();
    await host.boot();
    await beatFromNow();
    assert.equal((await host.exec('systemctl is-active homelab-agent')).stdout, 'active');
  });

  test('survives a hub that is away for two intervals, says so, and sends what was missed', async () => {
    const since = await mark();
    const process = await mainPid(fleet, NAME);
    await hub.fault('refuse');
    // Three retries five seconds apart make a failed beat longer than this interval; two of them are missed.
    await sleep(2 * (15 + INTERVAL_S) * 1_000);
    await hub.forget();
    await hub.fault('none');
    const back = new Date().toISOString();
    await hub.waitForBeats([NAME], { since: back, count: 3 });
    assert.equal(await mainPid(fleet, NAME), process);
    const beats = await hub.beats(NAME);
    const times = beats.map(({ body }) => body.timestamp);
    assert.deepEqual(times, times.toSorted(), 'The oldest come first');
    const late = beats.filter(({ body }) => body.timestamp < back);
    assert.ok(late.length >= 2, 'Beats of the time without a hub arrived');
    // The youngest of them may be the live one that was being retried, and whole; an old one opens no alert.
    for (const { body } of late.slice(0, -1)) assert.equal(body.packages, undefined);
    const said = await journal(since);
    assert.match(said, /Heartbeat not delivered .*refused/i);
    assert.match(said, /Heartbeat delivered again .*missed=\d/);
  });

  test('finds the hub again after its cable was pulled', async () => {
    await host.unplug();
    await sleep(2 * INTERVAL_S * 1_000);
    await host.plug();
    await beatFromNow();
  });

  test('stays up with a wrong API key and says which setting to fix; the right key fixes it', async () => {
    const since = await mark();
    await push({ homelab_agent_api_key: 'not-the-key-of-this-hub' }, '--no-hub');
    const process = await mainPid(fleet, NAME);
    const refused = async () =>
      (await hub.received()).requests.filter(({ answer }) => answer === 401);
    const first = (await refused()).length;
    for (let waited = 0; (await refused()).length < first + 3; waited++) {
      assert.ok(waited < 120, 'It keeps trying with the wrong key');
      await sleep(500);
    }
    assert.equal(await mainPid(fleet, NAME), process);
    const said = await journal(since);
    assert.match(said, /Heartbeat not delivered .*401.*api_key/);
    assert.ok(!said.includes('not-the-key-of-this-hub'), 'No key in the journal');
    const status = JSON.parse((await host.exec('cat /run/homelab-agent/status.json')).stdout);
    assert.match(status.last_error, /401.*api_key/);
    await push();
    await beatFromNow();
  });

  test('keeps its configuration when a reload brings a wrong one, and says where it is wrong', async () => {
    const since = await mark();
    const process = await mainPid(fleet, NAME);
    const file = '/etc/homelab-agent/config.yaml';
    await host.exec(`cp -p ${file} /root/config.yaml; echo 'hub_ulr: x' >> ${file}`);
    await host.exec('systemctl reload homelab-agent', { reject: false });
    await beatFromNow();
    assert.equal(await mainPid(fleet, NAME), process);
    assert.match(await journal(since), /config\.yaml:\d+:1.*hub_ulr/);
    await host.exec(`cp -p /root/config.yaml ${file}; systemctl reload homelab-agent`);
    await beatFromNow();
  });

  test('ends within a few seconds when it is stopped, whatever the hub does', async () => {
    await hub.fault('hang');
    await sleep(INTERVAL_S * 1_000);
    await host.exec('timeout 8 systemctl stop homelab-agent');
    const shown = 'systemctl show -p Result --value homelab-agent';
    assert.equal((await host.exec(shown)).stdout, 'success');
    await hub.fault('none');
    await host.exec('systemctl start homelab-agent');
    await beatFromNow();
  });
});
