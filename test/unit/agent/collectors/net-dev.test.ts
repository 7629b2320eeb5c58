import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../../../agent/collectors/net-dev.ts';
import { head, line } from './support/net-dev-table.ts';

test('parse() reads bytes and packets of both directions', () => {
  assert.deepEqual(parse(head + line('eth0', 500, 700)).get('eth0'), {
    rxBytes: 500,
    rxPackets: 5,
    txBytes: 700,
    txPackets: 7,
  });
});

test('parse() ends a name at the last colon, as aliases have colons too (pitfall 22)', () => {
  assert.deepEqual(
    [...parse(`${head}eth0:1:  100 1 0 0 0 0 0 0 100 1 0 0 0 0 0 0\n`).keys()],
    ['eth0:1'],
  );
});

test('parse() reads numbers that stand right after the colon', () => {
  assert.equal(parse(`${head}  eth0:7 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n`).get('eth0')?.rxBytes, 7);
});
