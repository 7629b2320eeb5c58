import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, saidIn } from '../../../../agent/contract/hub-reply.ts';

function nested(levels: number): string {
  return `${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`;
}

test('a reply that nests deeper than any of the hub is not parsed, closed or not', () => {
  assert.ok(parse(nested(64)));
  assert.equal(parse(nested(66)), undefined);
  // Parsed, these 16 MB would take 800 MB.
  assert.equal(parse(`${'['.repeat(8e6)}${']'.repeat(8e6)}`), undefined);
  assert.equal(saidIn({ status: 500, headers: {}, body: `{"detail":${nested(66)}}` }), undefined);
});

test('brackets in texts nest nothing, and neither do lists beside one another', () => {
  const said = `${'['.repeat(100)}\\"${'{'.repeat(100)}`;
  assert.deepEqual(parse(`{"detail":"${said}"}`), { detail: said.replace('\\', '') });
  assert.deepEqual(parse(`[${'[],'.repeat(100)}[]]`), Array(101).fill([]));
});
