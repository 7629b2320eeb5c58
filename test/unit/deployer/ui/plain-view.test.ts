import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { blankResult } from '../../../../deployer/run/result.ts';
import { plainView } from '../../../../deployer/ui/plain-view.ts';
import { recap } from '../../../../deployer/ui/recap.ts';

test('in a pipe the reason of a failure stands once, in the recap', () => {
  const stream = new PassThrough();
  const result = { ...blankResult('nas-1'), seconds: 1, reason: 'No room' };
  plainView(stream, { check: false }).emit({ kind: 'done', result });
  const progress = String(stream.read());
  assert.equal(progress, 'nas-1: failed after 1.0 s\n');
  const whole = progress + recap([result], { check: false, paint: (_, text) => text });
  assert.equal(whole.match(/No room/g)?.length, 1);
});
