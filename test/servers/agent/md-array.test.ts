import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { StorageHealth } from '../../../agent/contract/storage.ts';
import { fastTime, writeRelease } from '../../bench/agent-release.ts';
import { StandInHub } from '../../support/hub.ts';
import { need } from '../../support/need.ts';
import { runInMachine } from '../../support/virtual-machine.ts';

/** An array of two loop devices is made, watched for a hundred beats, loses a disk and gets it back. */
const script = `
modprobe raid1
truncate -s 48M /tmp/a
truncate -s 48M /tmp/b
losetup /dev/loop0 /tmp/a
losetup /dev/loop1 /tmp/b
mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --assume-clean --metadata=1.2 /dev/loop0 /dev/loop1
mkdir -p /run/agent
chown nobody /run/agent
sent() { sed -n 's/.*"sent":\\([0-9]*\\),.*/\\1/p' /run/agent/status.json 2>/dev/null; }
beats() {
  until=$(sent)
  until=$((\${until:-0} + $1))
  for try in $(seq 1500); do
    now=$(sent)
    [ "\${now:-0}" -lt "$until" ] || return
    sleep 0.2
  done
  cat /tmp/journal
  poweroff -f
}
traffic() { cat /sys/block/md0/stat /sys/block/loop0/stat /sys/block/loop1/stat | tr -s ' \\n' ' '; }
speed() {
  echo "$1" >/sys/block/md0/md/sync_speed_min
  echo "$1" >/sys/block/md0/md/sync_speed_max
}
export STATE_DIRECTORY=/run/agent RUNTIME_DIRECTORY=/run/agent
/bin/setpriv --reuid=nobody --clear-groups /agent/homelab-agent run --config /agent/config.yaml >/tmp/journal 2>&1 &
beats 5
sync
# Past the delay after which the array marks itself clean.
sleep 3
echo "before:$(traffic)"
beats 100
echo "after:$(traffic)"
mdadm /dev/md0 --fail /dev/loop1
beats 3
mdadm /dev/md0 --remove /dev/loop1
beats 3
echo "health: $(/agent/homelab-agent health)"
echo "status: $(cat /run/agent/status.json)"
speed 4000
mdadm /dev/md0 --add /dev/loop1
beats 20
speed 200000
while [ "$(cat /sys/block/md0/md/degraded)" != 0 ]; do sleep 0.2; done
beats 3
echo check >/sys/block/md0/md/sync_action
beats 3
sed 's/^/journal: /' /tmp/journal
`;

suite('an array of Linux md on a kernel that has it', need('virtual machines'), () => {
  let directory: string;
  let hub: StandInHub;
  let said: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'md-array-'));
    hub = await new StandInHub({ apiKey: 'key' }).start();
    const release = join(directory, 'release');
    await writeRelease(release, fastTime);
    const config = `hub_url: ${hub.url.replace('127.0.0.1', '10.0.2.2')}
server_id: nas-1
api_key: key
heartbeat_interval: 5
monitored_services: [storage-health]
`;
    await writeFile(join(release, 'config.yaml'), config);
    hub.services.add('nas-1', { service_name: 'storage-health' });
    const programs = [process.execPath, '/usr/bin/setpriv'];
    const options = {
      directory,
      script,
      files: { agent: release, 'bin/setpriv': '/usr/bin/setpriv' },
      programs,
    };
    said = await runInMachine({ ...options, timeoutMs: 480_000 });
  });
  after(async () => {
    await hub?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  const line = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(said)?.[1] ?? said;
  /** What the beats reported one after the other, each once. */
  const sentences = (): string[] => {
    const all = hub.beats.map(({ body }) => {
      const { findings } = StorageHealth.parse(body['storage']);
      return findings.map(({ text }) => text).join('; ');
    });
    // A kernel that has just lost a disk may begin a rebuild, and find that there is nothing to rebuild on.
    const settled = all.filter(text => !/failed\), rebuild (?:begins|0 %)$/.test(text));
    return settled.filter((text, at) => text !== settled[at - 1]);
  };

  test('a hundred beats neither read its disks nor write to them (pitfall 19)', () => {
    assert.match(line('before'), /^(?:\d+ ){51}/);
    assert.equal(line('after'), line('before'));
  });

  test('a disk that fails, is removed, rebuilt and checked is reported as it goes', () => {
    const [whole, failed, removed, ...others] = sentences();
    assert.equal(whole, '');
    assert.equal(failed, 'md0 degraded: 1 of 2 disks missing (loop1 failed)');
    assert.equal(removed, 'md0 degraded: 1 of 2 disks missing');
    assert.ok(
      others.some(text => /^md0 degraded: 1 of 2 disks missing, rebuild \d+ %$/.test(text)),
    );
    // A check begins at the end, and is no fault.
    assert.equal(others.at(-1), '');
  });

  test('health and status.json say so as well', () => {
    assert.match(said, /^Warning md-degraded: md0 degraded: 1 of 2 disks missing/m);
    assert.match(line('status'), /"code":"md-degraded","subject":"md0"/);
  });

  test('the hub’s alert is opened once, and resolved', () => {
    assert.deepEqual(
      hub.alerts.all.map(({ title, status }) => [title, status]),
      [['Service storage-health is failed on nas-1', 'resolved']],
    );
  });

  test('the journal has a line where it begins, changes and ends, and none at each percentage', () => {
    const lines = said.match(/^journal: .*md-degraded.*$/gm) ?? [];
    assert.ok(lines.length >= 4 && lines.length <= 6, lines.join('\n'));
  });
});
