import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Collection } from '../../../../agent/collectors/collection.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { RecordingLog } from '../../../support/recording-log.ts';
import { fixtureHosts } from '../golden/fixture-hosts.ts';
import { configWith, FakeCommand } from './support/fakes.ts';
import { MemoryHost } from './support/memory-host.ts';

const directory = fileURLToPath(new URL('../../../fixtures/hosts', import.meta.url));

class CountingHost extends MemoryHost {
  reads: string[] = [];

  override read(path: string): string | null {
    this.reads.push(path);
    return super.read(path);
  }
}

for (const name of await fixtureHosts()) {
  test(`a beat of ${name} reads no file twice and starts no process`, async () => {
    const host = new CountingHost(join(directory, name));
    const command = new FakeCommand(() => '');
    const deps = {
      host,
      command,
      clock: new FakeClock(),
      config: configWith(),
      log: new RecordingLog(),
    };
    const collection = new Collection(deps);
    await collection.collectWhole();
    host.reads = [];
    command.calls.length = 0;
    await collection.collect();
    assert.deepEqual(
      host.reads.filter((path, index) => host.reads.indexOf(path) !== index),
      [],
    );
    assert.ok(host.reads.length < 60, `Expected fewer than 60 reads, found ${host.reads.length}`);
    assert.deepEqual(command.calls, []);
  });
}
