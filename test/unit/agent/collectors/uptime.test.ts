import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as uptime from '../../../../agent/collectors/uptime.ts';

test('uptime is the kernel’s count of seconds, never the wall clock’s (pitfall 8)', () => {
  assert.equal(uptime.parse('840.41 1560.73\n'), 840.41);
  assert.throws(() => uptime.parse('never\n'), /found "never\\n"/);
});
