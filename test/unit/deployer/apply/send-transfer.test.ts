import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendTransfer } from '../../../../deployer/apply/send-transfer.ts';
import { RECEIVED, type Transfer } from '../../../../deployer/apply/transfer.ts';
import type { Connection } from '../../../../deployer/ssh/transport.ts';

const transfer: Transfer = { directory: '/opt/x', command: 'sh', members: [], tail: null };
const ignore = (): void => {};

/** A server that has received everything, and ends when it is told to or after a turn of the event loop. */
function connection(): Connection {
  return {
    exec: async (_command, { onLine = ignore, signal } = {}) => {
      onLine(RECEIVED);
      await new Promise(setImmediate);
      signal?.throwIfAborted();
      return { code: 0, stdout: '', stderr: '' };
    },
    close: async () => {},
  };
}

for (const check of [false, true]) {
  test(`Ctrl-C after the server has everything ${check ? 'ends a check' : 'lets an installation finish'}`, async () => {
    const interrupt = new AbortController();
    const sent = sendTransfer(connection(), transfer, {
      ...{ gateMs: 0, check, signal: interrupt.signal },
      ...{ onActivating: ignore, onChange: ignore, onProgress: ignore },
    });
    interrupt.abort(new Error('Interrupted'));
    if (check) await assert.rejects(sent, /^Error: Interrupted$/);
    else assert.equal((await sent).code, 0);
  });
}
