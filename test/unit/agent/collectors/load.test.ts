import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as load from '../../../../agent/collectors/load.ts';

test('load.parse() reads the three averages', () => {
  assert.deepEqual(load.parse('0.21 0.37 12.39 1/719 19737\n'), {
    load_1m: 0.21,
    load_5m: 0.37,
    load_15m: 12.39,
  });
});

test('load.parse() refuses two averages, and quotes what it found', () => {
  assert.throws(() => load.parse('0.21 0.37\n'), /found "0\.21 0\.37\\n"/);
});
