/**
 * Replies that no hub gives: endless, broken off at any byte, or not HTTP at all. Each is a failed beat, never more.
 */
import assert from 'node:assert/strict';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { FakeClock } from '../../../support/fake-clock.ts';
import { listening, port } from '../../../support/listening.ts';
import { until } from '../../../support/until.ts';
import { beat, hubAt, never, ok, words } from './hub-rig.ts';

/** A server that hears the whole request and then does as `answer` says with the connection. */
function answering(answer: (socket: Socket) => void): Promise<Server & AsyncDisposable> {
  return listening(
    createServer(socket => {
      let request = '';
      socket.setEncoding('latin1').on('data', chunk => {
        request += chunk;
        if (request.endsWith(beat)) answer(socket);
      });
    }),
  );
}

/** Writes `text` as fast as it is read, for as long as there is a reader. */
function writeForever(stream: Socket | ServerResponse, text: string): void {
  const write = () => {
    while (!stream.destroyed && stream.write(text));
  };
  stream.on('drain', write);
  write();
}

test('an endless body is read to 64 KiB, and then the connection is closed at once', async () => {
  let closed = false;
  await using server = await listening(
    createHttpServer((_request, response) => {
      response.on('close', () => {
        closed = true;
      });
      writeForever(response, 'x'.repeat(10_000));
    }),
  );
  // This clock stands still: no time limit ends it.
  const sent = hubAt(`http://127.0.0.1:${port(server)}`, { clock: new FakeClock() }).send(
    beat,
    never,
  );
  await until('the end of the connection', () => closed);
  assert.match(words(await sent), /^200 with /);
});

test('of a body in chunks of one byte, no more than twice as much is received', async () => {
  let closed = false;
  await using server = await answering(socket => {
    socket.on('close', () => {
      closed = true;
    });
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
    // Less than 64 KiB of body, in 180 kB; and then nothing more, nor an end.
    socket.write('1\r\nx\r\n'.repeat(30_000));
  });
  const clock = new FakeClock();
  const sent = hubAt(`http://127.0.0.1:${port(server)}`, { clock }).send(beat, never);
  await until('the end of the connection', () => closed);
  assert.match(words(await sent), /^200 with /);
});

for (const [name, head, rest] of [
  ['a header', 'HTTP/1.1 200 OK\r\nx-endless: ', 'x'.repeat(10_000)],
  ['a row of 103', '', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(500)],
  ['a row of 100', '', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(500)],
  ['a trailer', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: ', 'x'.repeat(999)],
  ['a chunk extension', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;', 'x'.repeat(999)],
  ['a line that is not HTTP', 'SSH-2.0-', 'x'.repeat(10_000)],
] as const) {
  test(`${name} without end: the connection is closed at once`, async () => {
    let closed = false;
    await using server = await answering(socket => {
      socket.on('close', () => {
        closed = true;
      });
      socket.write(head);
      writeForever(socket, rest);
    });
    const clock = new FakeClock();
    const sent = hubAt(`http://127.0.0.1:${port(server)}`, { clock }).send(beat, never);
    await until('the end of the connection', () => closed);
    assert.match(words(await sent), /too large|not answer in HTTP/);
  });
}

for (const reply of [
  'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n',
  '220 mail.home.lan ESMTP\r\n',
  '\x15\x03\x01\x00\x02\x02\x0a',
  '\r\n\r\n',
  'HTTP/1.1 two hundred\r\n\r\n',
  'HTTP/0.9 200 OK\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
  'HTTP/1.1 200 OK\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
  'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
  `HTTP/1.1 200 OK\r\n${'x-many: 1\r\n'.repeat(5_000)}\r\n`,
]) {
  const shown = JSON.stringify(reply.slice(0, 40));
  test(`a reply of ${shown} is a failed beat in words`, async () => {
    await using server = await answering(socket => socket.end(reply, 'latin1'));
    const outcome = await hubAt(`http://127.0.0.1:${port(server)}`).send(beat, never);
    assert.equal(outcome.kind, 'failed');
    assert.match(words(outcome), /\w{3}/);
  });
}

test('whatever a reply says of itself, its failure fits into the status', async () => {
  const long = 'x'.repeat(12_000);
  const [list, text] = [
    JSON.stringify({ detail: Array(99).fill({ loc: [long, long], msg: long }) }),
    JSON.stringify({ detail: { message: long } }),
  ];
  for (const [head, body] of [
    [`200 OK\r\ncontent-type: text/${long}`, text],
    [`302 Found\r\nlocation: http://${long}`, ''],
    [`422 Unprocessable\r\ncontent-type: ${long}/${long.slice(0, 99)}`, list],
  ] as const) {
    await using server = await answering(socket => socket.end(`HTTP/1.1 ${head}\r\n\r\n${body}`));
    const outcome = await hubAt(`http://127.0.0.1:${port(server)}`).send(beat, never);
    assert.ok(words(outcome).length < 4_000, `${words(outcome).length} characters`);
  }
});

test('a reply that breaks off at any byte, by an end or a reset, is a failed beat', async () => {
  const reply = `HTTP/1.1 200 OK\r\ncontent-length: ${ok.length}\r\n\r\n${ok}`;
  let length = 0;
  let end: (socket: Socket) => void = () => {};
  await using server = await answering(socket =>
    socket.write(reply.slice(0, length), () => end(socket)),
  );
  const hub = hubAt(`http://127.0.0.1:${port(server)}`);
  for (end of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
    for (length = 0; length < reply.length; length++) {
      const outcome = await hub.send(beat, never);
      assert.equal(outcome.kind, 'failed', `${length} bytes: ${words(outcome)}`);
    }
  }
  end = () => {};
  assert.equal((await hub.send(beat, never)).kind, 'delivered');
});
