import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { CollectorRun } from '../../../../../agent/collectors/collector-run.ts';
import { Storage } from '../../../../../agent/collectors/storage/storage.ts';
import { StorageMemory } from '../../../../../agent/collectors/storage/storage-memory.ts';
import { service, withStorage } from '../../../../../agent/collectors/storage/storage-service.ts';
import { checkConfig } from '../../../../../agent/contract/check-config.ts';
import type { Service } from '../../../../../agent/contract/heartbeat.ts';
import { StorageHealth, storageService } from '../../../../../agent/contract/storage.ts';
import { FakeClock } from '../../../../support/fake-clock.ts';
import { type Files, hostTree, write } from '../support/host-tree.ts';

const usb =
  '../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb';
const sata = '../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda';
const bootId = 'proc/sys/kernel/random/boot_id';
const table = `1 1 8:1 / / rw - ext4 /dev/sda1 rw
2 1 8:17 / /backup rw - ext4 /dev/sdb1 rw
`;
const nas: Files = {
  'etc/fstab': 'UUID=aa / ext4 defaults 0 1\nUUID=bb /backup ext4 nofail 0 2\n',
  'sys/block/sda': `-> ${sata}`,
  'sys/block/sdb': `-> ${usb}`,
  'sys/fs/ext4/sda1/errors_count': '0\n',
  'sys/fs/ext4/sdb1/errors_count': '0\n',
};

function storageOn(t: TestContext, files: Files) {
  const { host, root } = hostTree(t, files);
  const memory = new StorageMemory(null, { writes: false });
  const storage = new Storage({ host, clock: new FakeClock(), memory });
  const read = async (mounts = table, inContainer = false) =>
    await storage.read(new CollectorRun(), inContainer, { text: mounts, ofSandbox: false });
  return { root, host, read };
}

test('a server without a fault is good, and names what was read', async t => {
  assert.deepEqual(await storageOn(t, nas).read(), {
    state: 'good',
    watched: ['mount /', 'mount /backup', 'ext4 sda1', 'ext4 sdb1'],
    findings: [],
  });
});

test('a server with nothing that reports its health is unknown', async t => {
  assert.deepEqual(await storageOn(t, {}).read(), { state: 'unknown', watched: [], findings: [] });
});

test('a container has only its own mounts: the arrays in its /sys are the machine’s', async t => {
  const files = {
    ...nas,
    'sys/fs/ext4/sda1/errors_count': '3\n',
    'proc/spl/kstat/zfs/tank/state': 'DEGRADED\n',
  };
  const { read } = storageOn(t, files);
  assert.deepEqual((await read(table, true)).watched, ['mount /', 'mount /backup']);
  assert.equal((await read(table, true)).state, 'good');
  assert.equal((await read()).state, 'fault');
});

suite('a disk that was unplugged while its file system was mounted', () => {
  const failing = table
    .replace('/dev/sdb1 rw', '/dev/sdb1 ro')
    .replace('/dev/sda1 rw', '/dev/sda1 ro');
  const errors = { 'sys/fs/ext4/sdb1/errors_count': '2\n' };

  test('is a warning if it is a USB disk, and ends with the mount', async t => {
    const { root, read } = storageOn(t, nas);
    await read();
    rmSync(join(root, 'sys/block/sdb'));
    write(root, errors);
    const { state, findings } = await read(table.replace('/dev/sdb1 rw', '/dev/sdb1 ro'));
    assert.equal(state, 'warning');
    assert.deepEqual(
      findings.map(({ code, severity, subject }) => [code, severity, subject]),
      [
        ['usb-unplugged', 'warning', '/backup'],
        ['usb-unplugged', 'warning', 'sdb1'],
      ],
    );
    rmSync(join(root, 'sys/fs/ext4/sdb1'), { recursive: true });
    assert.equal((await read(table.split('\n')[0])).state, 'good');
  });

  test('is a warning for an agent that was restarted as well', async t => {
    const { root, host, read } = storageOn(t, { ...nas, [bootId]: 'first\n' });
    const file = join(root, 'storage.json');
    const restarted = async () => {
      const memory = new StorageMemory(file, { writes: true });
      const storage = new Storage({ host, clock: new FakeClock(), memory });
      return (await storage.read(new CollectorRun(), false, { text: table, ofSandbox: false }))
        .state;
    };
    assert.equal(await restarted(), 'good');
    rmSync(join(root, 'sys/block/sdb'));
    write(root, errors);
    assert.equal(await restarted(), 'warning');
    assert.equal((await read()).state, 'fault');
    // Another start of the kernel: sdb may be any disk now.
    write(root, { [bootId]: 'second\n' });
    assert.equal(await restarted(), 'fault');
  });

  test('is a fault if another disk has its name by now', async t => {
    const { root, read } = storageOn(t, nas);
    await read();
    rmSync(join(root, 'sys/block/sdb'));
    await read();
    write(root, { 'sys/block/sdb': `-> ${sata}`, ...errors });
    await read();
    rmSync(join(root, 'sys/block/sdb'));
    assert.equal((await read()).state, 'fault');
  });

  test('is a fault if it is any other', async t => {
    const { root, read } = storageOn(t, nas);
    await read();
    rmSync(join(root, 'sys/block/sda'));
    const { findings } = await read(failing);
    assert.deepEqual(
      findings.map(({ code, severity, subject }) => [code, severity, subject]),
      [
        ['read-only', 'fault', '/'],
        ['read-only', 'fault', '/backup'],
      ],
    );
  });

  test('is a fault of its file system as long as it is plugged in', async t => {
    const { root, read } = storageOn(t, nas);
    await read();
    write(root, errors);
    assert.equal((await read()).findings[0]?.code, 'ext4-errors');
  });
});

test('each finding is a warning of the status file, under its code', async t => {
  const { host } = hostTree(t, { ...nas, 'sys/fs/ext4/sda1/errors_count': '3\n' });
  const memory = new StorageMemory(null, { writes: false });
  const round = new CollectorRun();
  await new Storage({ host, clock: new FakeClock(), memory }).read(round, false, {
    text: table,
    ofSandbox: false,
  });
  const text = 'ext4 sda1 has errors, which the kernel recorded: check it with e2fsck';
  assert.deepEqual(round.warnings, [{ code: 'ext4-errors', subject: 'sda1', text }]);
});

test('a source that fails costs no other', async t => {
  const { host } = hostTree(t, nas);
  const list = host.list.bind(host);
  host.list = path => {
    if (path === 'sys/fs/btrfs' || path === 'sys/block')
      throw new Error(`Cannot read /${path}: EACCES`);
    return list(path);
  };
  const memory = new StorageMemory(null, { writes: false });
  const storage = new Storage({ host, clock: new FakeClock(), memory });
  const round = new CollectorRun();
  const { state, watched } = await storage.read(round, false, { text: table, ofSandbox: false });
  assert.deepEqual([state, watched.length], ['good', 4]);
  assert.deepEqual(round.states['btrfs'], {
    ok: false,
    error: 'Cannot read /sys/fs/btrfs: EACCES',
  });
  assert.deepEqual(round.states['md'], { ok: true });
});

test('a hundred faults stay within the limits of a heartbeat', async t => {
  const long = 'x'.repeat(200);
  const files = Object.fromEntries(
    Array.from({ length: 100 }, (_, at) => [`sys/fs/ext4/${long}${at}/errors_count`, '1\n']),
  );
  const health = await storageOn(t, files).read();
  assert.equal(StorageHealth.safeParse(health).success, true);
  assert.deepEqual([health.watched.length, health.findings.length], [64, 30]);
});

suite('the service storage-health', () => {
  const fault = {
    code: 'md-degraded',
    severity: 'fault',
    subject: 'md0',
    text: 'md0 degraded: 1 of 2 disks missing',
  } as const;
  const warning = {
    code: 'emmc-worn',
    severity: 'warning',
    subject: 'mmcblk0',
    text: 'eMMC is nearly worn out',
  } as const;
  const shown = (health: StorageHealth) => {
    const { status, status_reason } = service(health);
    return [status, status_reason];
  };

  test('is failed with the sentence as its reason', () => {
    const health: StorageHealth = { state: 'fault', watched: ['md0'], findings: [fault, warning] };
    assert.deepEqual(shown(health), ['failed', 'md0 degraded: 1 of 2 disks missing']);
  });

  test('names as many faults as the hub accepts, and counts the others', () => {
    const text = 'x'.repeat(100);
    const findings = Array.from({ length: 30 }, () => ({ ...fault, text }));
    const [, reason] = shown({ state: 'fault', watched: [], findings });
    assert.equal(reason, `${text}; ${text}; and 28 more`);
    const long = [{ ...fault, text: 'x'.repeat(255) }, fault];
    assert.equal(String(shown({ state: 'fault', watched: [], findings: long })[1]).length, 252);
  });

  test('is running without a fault; a warning is its reason', () => {
    assert.deepEqual(shown({ state: 'good', watched: ['md0'], findings: [] }), ['running', null]);
    const worn: StorageHealth = { state: 'warning', watched: ['md0'], findings: [warning] };
    assert.deepEqual(shown(worn), ['running', 'eMMC is nearly worn out']);
  });

  test('is unknown where nothing can be read, which opens no alert', () => {
    const [status, reason] = shown({ state: 'unknown', watched: [], findings: [] });
    assert.equal(status, 'unknown');
    assert.match(String(reason), /^nothing to watch here/);
  });

  test('is reported where it is listed, beside the units and without systemd', () => {
    const good: StorageHealth = { state: 'good', watched: ['md0'], findings: [] };
    const unit = (name: string): Service => ({ name, status: 'running' });
    const names = (list: readonly Service[] | null) => list?.map(each => each.name);
    const list = ['ssh', 'storage-health', 'cron', 'ssh'];
    const units = [unit('ssh'), unit('cron'), unit('ssh')];
    assert.deepEqual(names(withStorage(list, units, good)), list);
    assert.deepEqual(names(withStorage(list, null, good)), ['storage-health']);
    assert.deepEqual(names(withStorage(['ssh'], [unit('ssh')], good)), ['ssh']);
    assert.equal(withStorage(['ssh'], null, good), null);
  });
});

test('storage-health is a name that the configuration and the hub accept', () => {
  const { config } = checkConfig({
    hub_url: 'http://hub:8080',
    server_id: 'nas-1',
    api_key: 'key',
    monitored_services: [storageService],
  });
  assert.deepEqual(config?.monitored_services, ['storage-health']);
  assert.match(storageService, /^[a-z0-9@._-]+$/);
});
