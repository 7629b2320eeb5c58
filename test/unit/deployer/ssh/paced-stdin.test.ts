import assert from 'node:assert/strict';
import { Duplex, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { pacedStdin } from '../../../../deployer/ssh/node-ssh/paced-stdin.ts';

const PIECE = Buffer.alloc(1 << 19);
const PIECES = 40;
const SMALL = Buffer.alloc(50_000);

/** A channel that hands all it gets to a socket, as ssh2 does, and a socket that lets go only when told. */
function link() {
  const letGo: (() => void)[] = [];
  const socket = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      letGo.push(done);
    },
  });
  const channel = new Writable({
    write(chunk, _encoding, done) {
      socket.write(chunk);
      done();
    },
  });
  return { socket, channel, letGo };
}

test('pacedStdin() hands on no piece before the socket has let go of the one before', async () => {
  const { socket, channel, letGo } = link();
  const stdin = pacedStdin(channel, socket);
  for (let piece = 0; piece < 3; piece++) stdin.write(PIECE);
  stdin.end();
  for (const left of [2, 1, 0]) {
    await turn();
    assert.equal(socket.writableLength, PIECE.length);
    assert.equal(stdin.writableLength, (left + 1) * PIECE.length);
    letGo.shift()?.();
    await turn();
  }
  await turn();
  assert.equal(channel.writableEnded, true);
});

test('pacedStdin() takes what a command that has ended no longer reads as no fault', async () => {
  const { socket, channel } = link();
  channel.on('error', () => {});
  channel.end();
  const stdin = pacedStdin(channel, socket);
  stdin.write('too late');
  await turn();
  assert.equal(stdin.errored instanceof Error, true);
});

/**
 * A socket that passes a piece on each turn of the loop, and a channel that hands everything to it at once, as ssh2's
 * does.
 */
function busyLink(highWaterMark: number) {
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
    const { socket, channel, passed, most } = busyLink(mark);
    await pipeline(Readable.from(Array(PIECES).fill(SMALL)), pacedStdin(channel, socket));
    assert.ok(passed() + socket.writableLength >= PIECES * SMALL.length);
    assert.ok(most() <= mark + 2 * SMALL.length, `${most()}`);
  });
}

test('pacedStdin() does not wait for a socket that is gone', async () => {
  const { socket, channel } = busyLink(16);
  const stdin = pacedStdin(channel, socket);
  socket.destroy();
  await pipeline(Readable.from(Array(3).fill(SMALL)), stdin);
});
