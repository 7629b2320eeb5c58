import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import si from 'systeminformation';
import { Collection } from '../../../agent/collectors/collection.ts';
import { sanitize } from '../../../agent/heartbeat/sanitize.ts';
import { Command } from '../../../agent/host/command.ts';
import { Host } from '../../../agent/host/host.ts';
import { systemClock } from '../../../agent/lib/clock.ts';
import { assertBetween } from '../../support/between.ts';
import { refusalsOf } from '../../support/hub-validation.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { configWith } from './collectors/support/fakes.ts';

/** systeminformation reads the same machine by other ways (df, lscpu, os), so that the two cannot share a mistake. */
test('a live beat says what systeminformation and /proc say of this machine', async () => {
  const host = new Host('/');
  const collection = new Collection({
    host,
    config: configWith(),
    command: new Command(host),
    clock: systemClock,
    log: new RecordingLog(),
  });
  await collection.prime();
  const memoryBefore = await si.mem();
  const loadBefore = readFileSync('/proc/loadavg', 'utf8').split(' ');
  const { body, collectors } = await collection.collect();
  const memoryAfter = await si.mem();
  const loadAfter = readFileSync('/proc/loadavg', 'utf8').split(' ');
  const metrics = body.metrics ?? {};

  const beat = { server_id: 'host-1', timestamp: new Date().toISOString(), ...body };
  assert.deepEqual(refusalsOf(sanitize(beat).beat), []);
  assert.deepEqual(sanitize(beat).dropped, []);
  assert.deepEqual(collectors['cpu'], { ok: true });

  const mib = 2 ** 20;
  assert.equal(metrics.memory_total_mb, Math.floor(memoryBefore.total / mib));
  assertBetween(metrics.memory_used_mb, [
    (memoryBefore.total - memoryBefore.available) / mib,
    (memoryAfter.total - memoryAfter.available) / mib,
    // Other processes come and go between three readings.
    memoryBefore.total / mib / 20,
  ]);
  assert.equal(metrics.swap_total_mb, Math.floor(memoryBefore.swaptotal / mib));
  const load = Number(loadBefore[0]);
  // The kernel may have averaged more than once between the readings.
  assertBetween(metrics.load_1m, [load, Number(loadAfter[0]), 1 + load / 5]);

  const os = await si.osInfo();
  assert.equal(body.os_info?.distribution?.includes(os.distro.split(' ')[0] ?? '?'), true);
  assert.equal(body.os_info?.kernel, os.kernel);
  assert.equal(body.hostname, os.hostname);
  const cpu = await si.cpu();
  assert.equal(body.cpu_info?.cpu_cores, cpu.cores);
  assert.equal(body.cpu_info?.cpu_model?.includes(cpu.brand), true);
  const uptime = si.time().uptime;
  assertBetween(metrics.uptime_seconds, [uptime - 600, uptime, 1]);

  for (const disk of body.filesystems ?? []) {
    const other = (await si.fsSize()).find(each => each.mount === disk.mount_point);
    if (other === undefined) continue;
    // df counts whole KiB.
    assertBetween(disk.total_bytes, [other.size, other.size, 1024]);
    assertBetween(disk.used_bytes, [other.used, other.used, other.size / 20]);
  }
  const macs = [await si.networkInterfaces()].flat().map(each => each.mac);
  if (body.mac_address != null) assert.ok(macs.includes(body.mac_address));
});
