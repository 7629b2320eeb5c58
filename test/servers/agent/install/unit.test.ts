import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Metrics } from '../../../../agent/contract/heartbeat.ts';
import { buildArtifact } from '../../../../deployer/build/artifact.ts';
import { findHome } from '../../../../deployer/build/home.ts';
import type { HubClient } from '../../../support/hub-client.ts';
import { need } from '../../../support/need.ts';
import { unpack } from './installer.ts';
import { Rig } from './rig.ts';

suite('the agent as install-agent.sh sets it up', need('servers'), () => {
  let rig: Rig;
  let hub: HubClient;

  before(async () => {
    rig = await Rig.start();
    hub = await rig.fleet.startHub();
    const { root, version } = await findHome();
    const script = await unpack(rig.host, await buildArtifact(root, version), 'real');
    await rig.write(
      '/root/real.yaml',
      `hub_url: "${rig.fleet.hubUrl}"\nserver_id: "nas-1"\napi_key: "${rig.fleet.apiKey}"\nheartbeat_interval: 5\n`,
    );
    // What lxcfs does in a container: its own figures over the kernel's.
    await rig.host.exec(`
      sed 's/^MemTotal:.*/MemTotal:        1024000 kB/; s/^MemAvailable:.*/MemAvailable:     512000 kB/' /proc/meminfo >/root/meminfo
      mount --bind /root/meminfo /proc/meminfo`);
    const outcome = await rig.run(
      `${script} --runtime ${rig.runtime} --config /root/real.yaml --gate 1 --require-beat`,
    );
    assert.equal(outcome.exitCode, 0, `${outcome.lines.join('\n')}\n${outcome.stderr}`);
  });
  after(() => rig?.stop());

  const sh = async (command: string) => (await rig.host.exec(command, { reject: false })).stdout;
  const pid = '$(systemctl show -p MainPID --value homelab-agent)';

  test('has reached the hub when --require-beat lets it through', async () => {
    assert.ok((await hub.beats('nas-1')).length >= 1);
  });

  test('has a unit that systemd finds nothing wrong with', async () => {
    assert.equal(await sh('systemd-analyze verify homelab-agent.service 2>&1'), '');
  });

  test('is exposed no more than 2.0 by the measure of systemd-analyze security', async () => {
    const line = await sh('systemd-analyze security --no-pager homelab-agent.service | tail -n 1');
    const level = Number(/exposure level for \S+ (\d+\.\d)/.exec(line)?.[1]);
    assert.ok(level <= 2, line);
  });

  test('runs as a user without any right, in a sandbox', async () => {
    const status = await sh(
      `grep -E '^(Uid|CapBnd|CapEff|NoNewPrivs|Seccomp):' /proc/${pid}/status | tr '\\t' ' '`,
    );
    const uid = await sh('id -u homelab-agent');
    assert.equal(
      status,
      `Uid: ${uid} ${uid} ${uid} ${uid}\nCapEff: 0000000000000000\nCapBnd: 0000000000000000\nNoNewPrivs: 1\nSeccomp: 2`,
    );
    const inside = `nsenter -t ${pid} -m setpriv --reuid homelab-agent --regid homelab-agent --clear-groups`;
    assert.equal(
      await sh(`${inside} touch /etc/x /opt/homelab-agent/x /home/x 2>/dev/null || echo no`),
      'no',
    );
    assert.equal(await sh(`${inside} cat /etc/homelab-agent/config.yaml | head -c 7`), 'hub_url');
  });

  test('has no memory that is both writable and executable, and may get none (pitfall 1)', async () => {
    assert.equal(await sh(`grep -c ' rwx' /proc/${pid}/maps`), '0');
    assert.equal(
      await sh('systemctl show -p MemoryDenyWriteExecute homelab-agent'),
      'MemoryDenyWriteExecute=yes',
    );
  });

  test('feeds the watchdog at each beat, and starts no process for it', async () => {
    // apt is asked once, at the start.
    const counted = async () =>
      (await hub.beats('nas-1')).some(({ body }) => body['updates_available'] != null);
    for (let tries = 0; !(await counted()) && tries < 120; tries++) await sleep(500);
    assert.ok(await counted());
    const fed = 'systemctl show -p WatchdogTimestampMonotonic --value homelab-agent';
    // Page faults of the children that have ended: any child at all has some.
    const children = () => sh(`cut -d' ' -f11 /proc/${pid}/stat`);
    const before = { fed: await sh(fed), children: await children() };
    await rig.until(`[ $(${fed}) -gt $((${before.fed} + 6000000)) ]`);
    assert.equal(await children(), before.children);
    assert.equal(
      await sh('systemctl show -p StatusText --value homelab-agent'),
      'Last heartbeat delivered',
    );
  });

  test('notifies systemd through systemd-notify without Perl', async () => {
    await rig.host.exec('mv /usr/bin/perl /usr/bin/perl.away');
    try {
      await rig.host.exec('systemctl restart homelab-agent');
      const environment = await sh(`tr '\\0' '\\n' </proc/${pid}/environ`);
      assert.match(environment, /^NOTIFY_SOCKET=/m);
      assert.doesNotMatch(environment, /^NOTIFY_FD=/m);
    } finally {
      await rig.host.exec('mv /usr/bin/perl.away /usr/bin/perl');
    }
  });

  test('sees the figures of its container, where something lies over those of the kernel', async () => {
    assert.match(
      await sh(`nsenter -t ${pid} -m head -n 1 /proc/meminfo`),
      /^MemTotal: +1024000 kB$/,
    );
    const [beat] = (await hub.beats('nas-1')) as { metrics?: { memory_total_mb?: number } }[];
    const received = JSON.stringify(beat);
    assert.match(received, /"memory_total_mb":1000\b/);
  });

  test('makes its state readable for everyone, and its configuration for root and itself only', async () => {
    assert.equal(
      await sh('stat -c "%a %U:%G" /run/homelab-agent/status.json /etc/homelab-agent/config.yaml'),
      '644 homelab-agent:homelab-agent\n640 root:homelab-agent',
    );
  });

  test('starts with a configuration that the hub or a person wrote for root alone', async () => {
    const file = '/etc/homelab-agent/config.yaml';
    await rig.host.exec(
      `chown root:root ${file}; chmod 0600 ${file}; systemctl restart homelab-agent`,
    );
    assert.equal(await sh(`stat -c "%a %U:%G" ${file}`), '640 root:homelab-agent');
  });

  test('is asked by its wrapper, with the runtime of its release', async () => {
    await rig.until('/opt/homelab-agent/current/homelab-agent health');
  });

  test('knows updates and the processor in its first beat after a restart, and asks apt no more', async () => {
    const beaten = (await hub.beats('nas-1')).length;
    await rig.host.exec('systemctl restart homelab-agent');
    const later = async () => (await hub.beats('nas-1')).slice(beaten);
    for (let tries = 0; (await later()).length === 0 && tries < 120; tries++) await sleep(500);
    const [first] = await later();
    assert.equal(typeof first?.body['updates_available'], 'number');
    assert.equal(typeof (first?.body['metrics'] as Metrics | undefined)?.cpu_percent, 'number');
    assert.equal(
      await sh('stat -c "%a %U:%G" /var/lib/homelab-agent/updates.json'),
      '600 homelab-agent:homelab-agent',
    );
  });

  test('comes back after a kill, and after a reboot', async () => {
    const before = await rig.mainPid();
    await rig.host.exec(`kill -9 ${before}`);
    await rig.until('systemctl is-active --quiet homelab-agent');
    assert.notEqual(await rig.mainPid(), before);
    await rig.host.reboot();
    await rig.until('systemctl is-active --quiet homelab-agent');
  });
});
