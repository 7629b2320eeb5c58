import assert from 'node:assert/strict';
import { PassThrough, type Writable } from 'node:stream';
import { test } from 'node:test';
import { StdoutLog } from '../../../../agent/lib/log.ts';

function capture(): { out: PassThrough & Writable; text(): string } {
  const out = new PassThrough();
  // One read gives all that is there, or from Node 26 on the next part.
  const text = () => {
    let all = '';
    for (let part = out.read(); part !== null; part = out.read()) all += part;
    return all;
  };
  return { out, text };
}

test("StdoutLog writes the journal's priority before a line", () => {
  const { out, text } = capture();
  const log = new StdoutLog(out, 'debug');
  log.error('Broken', { at: 'f:1:2: key', count: 3, none: undefined, nothing: null });
  log.warning('Odd');
  log.info('Well');
  log.debug('Small');
  assert.equal(
    text(),
    '<3>Broken at="f:1:2: key" count=3 nothing=null\n<4>Odd\n<6>Well\n<7>Small\n',
  );
});

test('StdoutLog leaves out what is less urgent than its level', () => {
  const { out, text } = capture();
  const log = new StdoutLog(out);
  log.debug('Small');
  log.level = 'error';
  log.warning('Odd');
  log.error('Broken');
  assert.equal(text(), '<3>Broken\n');
});

test('StdoutLog keeps one entry on one line, whatever is in it', () => {
  const { out, text } = capture();
  new StdoutLog(out).error('One\n<0>two', { reason: 'three\n<0>four "five"' });
  assert.equal(text(), '<3>One <0>two reason="three\\n<0>four \\"five\\""\n');
});

test('StdoutLog writes the level in words on a terminal', () => {
  const { out, text } = capture();
  new StdoutLog(Object.assign(out, { isTTY: true })).warning('Odd');
  assert.equal(text(), 'warning: Odd\n');
});
