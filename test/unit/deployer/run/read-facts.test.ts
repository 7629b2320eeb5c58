import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProbeFailed, readFacts } from '../../../../deployer/run/read-facts.ts';
import type { Connection, ExecResult } from '../../../../deployer/ssh/transport.ts';

async function messageFor(result: Partial<ExecResult>): Promise<string> {
  const exec = async () => ({ code: 0, stdout: '', stderr: '', ...result });
  const connection: Connection = { exec, close: async () => {} };
  const failure = await readFacts(connection, { runtime: 'bundled' }).catch(error => error);
  assert.ok(failure instanceof ProbeFailed);
  return failure.message;
}

test('readFacts() says what a server said in place of an answer, and that it said nothing', async () => {
  assert.match(await messageFor({}), /\(exit 0\): Expected the whole answer .*; it said nothing$/);
  const asked = await messageFor({ stdout: 'Choose a shell:\r\n' });
  assert.match(asked, /it said "Choose a shell:"$/);
  const failed = await messageFor({ code: 127, stderr: 'sh: \u001b[2Jnot found\n', stdout: 'x' });
  assert.match(failed, /\(exit 127\).*it said "sh: \\u001b\[2Jnot found"$/);
});

test('readFacts() shows nothing of an answer that was cut off, as secrets may be in it', async () => {
  const stdout = 'Welcome\nprobe=1\ntext:/etc/homelab-agent/config.yaml=c2VjcmV0';
  assert.doesNotMatch(await messageFor({ stdout }), /c2VjcmV0|config\.yaml/);
});
