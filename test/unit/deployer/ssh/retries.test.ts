import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MixedTransport } from '../../../../deployer/ssh/create-transport.ts';
import { LoginRefused, Unreachable } from '../../../../deployer/ssh/errors.ts';
import type { Connection, Target, Transport } from '../../../../deployer/ssh/transport.ts';

const CONNECTION: Connection = {
  exec: () => Promise.reject(new Error('Expected no command')),
  close: async () => {},
};

/** Fails with these, one after the other, then connects. */
function failing(...errors: Error[]): Transport & { tries: number } {
  return {
    tries: 0,
    async connect() {
      this.tries += 1;
      const error = errors.shift();
      if (error !== undefined) throw error;
      return CONNECTION;
    },
  };
}

function target(connectRetries?: number): Target {
  const become = { user: 'root' };
  return { name: 'nas-1', sshArgs: [], connectTimeoutMs: 1000, become, connectRetries };
}

test('ansible_ssh_retries tries again what cannot be reached, and nothing else', async () => {
  const gone = new Unreachable('nas-1', 'gone');
  const once = failing(gone);
  assert.equal(await new MixedTransport(once, failing()).connect(target(1)), CONNECTION);
  assert.equal(once.tries, 2);
  const twice = failing(gone, gone);
  await assert.rejects(new MixedTransport(twice, failing()).connect(target(1)), gone);
  assert.equal(twice.tries, 2);
  await assert.rejects(new MixedTransport(failing(gone), failing()).connect(target()), gone);
  const refused = failing(new LoginRefused('nas-1', 'no'));
  await assert.rejects(new MixedTransport(refused, failing()).connect(target(5)), LoginRefused);
  assert.equal(refused.tries, 1);
});
