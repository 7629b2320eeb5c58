import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { startCuttingProxy } from '../../support/cutting-proxy.ts';

/** A server that counts what arrives, and the proxy before it. */
async function setUp(t: TestContext, cutAfter?: number, times?: number) {
  let arrived = 0;
  const target = createServer({ allowHalfOpen: true }, socket => {
    socket.on('data', chunk => {
      arrived += chunk.length;
    });
    socket.on('end', () => socket.end('done'));
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  const proxy = await startCuttingProxy({
    listen: { host: '127.0.0.1', port: 0 },
    to: { host: '127.0.0.1', port: (target.address() as AddressInfo).port },
    ...(cutAfter === undefined ? {} : { cutAfter }),
    ...(times === undefined ? {} : { times }),
  });
  const send = async (bytes: number): Promise<string> => {
    const socket = connect((proxy.address() as AddressInfo).port, '127.0.0.1');
    let answer = '';
    socket.on('data', chunk => {
      answer += chunk;
    });
    socket.on('error', error => {
      answer = (error as NodeJS.ErrnoException).code ?? '';
    });
    socket.end(Buffer.alloc(bytes));
    await new Promise(resolve => socket.once('close', resolve));
    return answer;
  };
  t.after(() => {
    proxy.close();
    target.close();
  });
  return { send, arrived: () => arrived };
}

test('a cutting proxy without a limit passes everything', async t => {
  const { send, arrived } = await setUp(t);
  assert.equal(await send(300_000), 'done');
  assert.equal(arrived(), 300_000);
});

test('a cutting proxy resets a connection at its byte, and the next one passes when one cut was asked for', async t => {
  const { send, arrived } = await setUp(t, 100_000, 1);
  assert.notEqual(await send(300_000), 'done');
  assert.ok(arrived() <= 100_000);
  assert.equal(await send(300_000), 'done');
});
