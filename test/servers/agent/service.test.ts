import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { need } from '../../support/need.ts';
import { ServiceOnHost } from './service-on-host.ts';

suite('the service on a real host', need('servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let service: ServiceOnHost;

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1'], apiKey: 'key' });
    hub = await fleet.startHub();
    const config = `hub_url: ${fleet.hubUrl}\nserver_id: nas-1\napi_key: key\nheartbeat_interval: 5\n`;
    service = await ServiceOnHost.install(fleet.host('nas-1'), config);
  });
  after(() => fleet?.stop());

  const now = () => new Date().toISOString();
  const mainPid = () => service.property('MainPID');

  test('beats as a user of its own, with a status that systemd shows', async () => {
    await hub.waitForBeats(['nas-1'], { count: 2 });
    assert.equal(await service.property('User'), 'homelab-agent');
    assert.equal(await service.property('StatusText'), 'Last heartbeat delivered');
    const { stdout } = await fleet
      .host('nas-1')
      .exec('/opt/homelab-agent/current/homelab-agent health');
    assert.match(stdout, /^Last heartbeat delivered \d+ s ago$/m);
  });

  test('a reload with a wrong configuration keeps the old one, in the same process', async () => {
    const [pid, lines] = [await mainPid(), await service.journal()];
    await service.edit('s/^heartbeat_interval: 5/heartbeat_interval: 4/');
    await service.systemctl('reload');
    await service.says('The previous configuration stays in use', lines);
    const said = (await service.journal()).slice(lines.length).join('\n');
    assert.match(said, /config\.yaml:4:21: heartbeat_interval: Expected .* found 4/);
    await hub.waitForBeats(['nas-1'], { since: now() });
    assert.equal(await mainPid(), pid);
  });

  test('a reload accepts a valid one, in the same process', async () => {
    const pid = await mainPid();
    await service.edit('s/^heartbeat_interval: 4/heartbeat_interval: 6\\nmode: readwrite/');
    await service.systemctl('reload');
    await service.until('a beat of the new configuration', async () =>
      (await hub.beats()).some(({ body }) => body['agent_mode'] === 'readwrite'),
    );
    assert.equal(await mainPid(), pid);
  });

  test('SIGTERM in the middle of a POST: the service ends by itself within 2 s', async () => {
    await service.set('TimeoutStopSec=2');
    await hub.fault('hang');
    const { requests } = await hub.received();
    await service.until('a POST that hangs', async () => {
      return (await hub.received()).requests.length > requests.length;
    });
    await service.systemctl('stop');
    assert.equal(await service.property('Result'), 'success');
    assert.equal(await service.property('ExecMainStatus'), '0');
    await hub.fault('none');
    await service.systemctl('start');
    await hub.waitForBeats(['nas-1'], { since: now() });
  });

  test('kill -9: systemd starts it again, and the beats go on', async () => {
    await service.set('RestartSec=1');
    const pid = await mainPid();
    await service.systemctl('kill --kill-whom=main --signal=KILL');
    await service.until('another process', async () => ![pid, '0'].includes(await mainPid()));
    await hub.waitForBeats(['nas-1'], { since: now() });
  });

  test('its runtime directory is removed: systemd makes it again, and status.json comes back', async () => {
    await service.set('RestartSec=1');
    const lines = await service.journal();
    await fleet.host('nas-1').exec('rm -r /run/homelab-agent');
    await service.says('The runtime directory was removed', lines);
    await service.until('status.json', async () => {
      const command = 'cat /run/homelab-agent/status.json 2>/dev/null || true';
      return (await fleet.host('nas-1').exec(command)).stdout.includes('"last_answer":"accepted"');
    });
    await hub.waitForBeats(['nas-1'], { since: now() });
  });

  test('kill -STOP: the watchdog ends it, and the beats go on', async () => {
    await service.set('RestartSec=1', 'WatchdogSec=12', 'TimeoutAbortSec=2');
    await service.systemctl('restart');
    await hub.waitForBeats(['nas-1'], { since: now(), count: 3 });
    const [pid, lines] = [await mainPid(), await service.journal()];
    await service.systemctl('kill --kill-whom=main --signal=STOP');
    await service.says('Watchdog timeout', lines);
    await service.until('another process', async () => ![pid, '0'].includes(await mainPid()));
    await hub.waitForBeats(['nas-1'], { since: now() });
  });

  test('a pulled cable: the history has no gap afterwards, and the journal one line each way', async () => {
    const host = fleet.host('nas-1');
    await hub.forget();
    const lines = await service.journal();
    await host.unplug();
    await service.says('Heartbeat not delivered', lines);
    await service.until('some missed beats', async () => {
      const { stdout } = await host.exec('cat /run/homelab-agent/status.json');
      return JSON.parse(stdout).beats.queued >= 3;
    });
    await host.plug();
    await service.says('Heartbeat delivered again', lines);
    const beats = await hub.beats('nas-1');
    const live = beats.findLast(({ body }) => 'agent_version' in body);
    const replayed = beats.filter(({ body }) => !('agent_version' in body));
    assert.ok(replayed.length >= 3);
    assert.ok(replayed.every(({ body }) => body.timestamp < (live?.body.timestamp ?? '')));
    const said = (await service.journal()).slice(lines.length);
    assert.equal(said.filter(line => line.includes('delivered again')).length, 1);
  });
});
