import assert from 'node:assert/strict';
import { Duplex, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { pacedStdin } from '../../../../deployer/remote/transport/paced-stdin.ts';

const PIECES = 40;
const PIECE = Buffer.alloc(50_000);

/** A socket that passes a piece on each turn of the loop, and a channel that hands everything to it at once, as ssh2's does. */
function link(highWaterMark: number) {
  let [passed, most] = [0, 0];
  const socket = new Duplex({
    highWaterMark,
    read() {},
    write(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      setImmediate(done);
    },
  });
  const channel = new Writable({
    write(chunk, _encoding, done) {
      socket.write(chunk);
      most = Math.max(most, socket.writableLength);
      done();
    },
  });
  return { socket, channel, passed: () => passed, most: () => most };
}

for (const mark of [16 << 10, 64 << 10, 2 << 20]) {
  test(`pacedStdin() comes to its end on a socket with a mark of ${mark >> 10} kB, and holds no more than that`, async () => {
    const { socket, channel, passed, most } = link(mark);
    await pipeline(Readable.from(Array(PIECES).fill(PIECE)), pacedStdin(channel, socket));
    assert.ok(passed() + socket.writableLength >= PIECES * PIECE.length);
    assert.ok(most() <= mark + 2 * PIECE.length, `${most()}`);
  });
}

test('pacedStdin() does not wait for a socket that is gone', async () => {
  const { socket, channel } = link(16);
  const stdin = pacedStdin(channel, socket);
  socket.destroy();
  await pipeline(Readable.from(Array(3).fill(PIECE)), stdin);
});
