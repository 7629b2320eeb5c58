import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Collection } from '../../../agent/collectors/collection.ts';
import { Host } from '../../../agent/host/host.ts';
import { systemClock } from '../../../agent/lib/clock.ts';
import { BtrfsPool } from '../../support/btrfs-pool.ts';
import { need } from '../../support/need.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { configWith, FakeCommand } from '../../unit/agent/collectors/support/fakes.ts';

test(
  'a hundred beats neither read a disk nor write to it (pitfall 19)',
  need('btrfs'),
  async () => {
    await using pool = await BtrfsPool.make(`sleeping-${process.pid}`);
    const host = new Host('/');
    const collection = new Collection({
      host,
      config: configWith(),
      command: new FakeCommand(() => ''),
      clock: systemClock,
      log: new RecordingLog(),
      askCpu: async () => null,
    });
    await collection.prime();
    // Until the kernel has written what the file system left behind.
    let before = await pool.traffic();
    for (let quiet = 0; quiet < 5; ) {
      await sleep(1000);
      const now = await pool.traffic();
      quiet = now.join() === before.join() ? quiet + 1 : 0;
      before = now;
    }
    for (let beat = 0; beat < 100; beat++) {
      const { body } = await collection.collect();
      assert.ok(body.storage?.watched.includes(`btrfs ${pool.label}`));
    }
    assert.deepEqual(await pool.traffic(), before);
  },
);
