import assert from 'node:assert/strict';
import { Duplex, Writable } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { pacedStdin } from '../../../../deployer/remote/transport/paced-stdin.ts';

const PIECE = Buffer.alloc(1 << 19);

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
