import assert from 'node:assert/strict';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryUsage } from 'node:process';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { transferStream } from '../../../../deployer/apply/transfer-stream.ts';

test('a runtime on its way to a server leaves few dead buffers behind', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sent-'));
  try {
    const file = join(directory, 'runtime.tar.gz');
    await using handle = await open(file, 'w');
    const bytes = 200e6;
    await handle.truncate(bytes);
    const tail = { file: 'runtime.tar.gz', sha256: '', source: { file, bytes } };
    const before = memoryUsage().arrayBuffers;
    let [most, looks] = [0, 0];
    const stream = transferStream(
      { command: '', directory: '/var/tmp/homelab-deploy.0', members: [], tail },
      sent => {
        // A look makes garbage of its own, which V8 would collect.
        if (sent < looks * 10e6) return;
        looks += 1;
        most = Math.max(most, memoryUsage().arrayBuffers - before);
      },
    );
    await pipeline(
      stream,
      new Writable({ write: (_chunk, _encoding, done) => setImmediate(done) }),
    );
    assert.equal(looks, 21);
    assert.ok(most < 8e6, `${most}`);
  } finally {
    await rm(directory, { recursive: true });
  }
});
