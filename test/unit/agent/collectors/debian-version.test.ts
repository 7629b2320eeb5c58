import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVersions } from '../../../../agent/collectors/debian-version.ts';

test('compareVersions() orders as dpkg does', () => {
  const ascending = [
    '0.9',
    '1.0~~',
    '1.0~beta1',
    '1.0~beta10',
    '1.0',
    '1.0-1',
    '1.0-1+b1',
    '1.0-1+deb12u2',
    '1.0-1.1',
    '1.0a',
    '1.0+dfsg',
    '1.2.3',
    '1.10',
    '1.123456789012345678901',
    '1:0.1',
    '2:0',
  ];
  for (let at = 1; at < ascending.length; at++) {
    const [older = '', newer = ''] = [ascending[at - 1], ascending[at]];
    assert.ok(compareVersions(older, newer) < 0, `${older} < ${newer}`);
    assert.ok(compareVersions(newer, older) > 0, `${newer} > ${older}`);
  }
  for (const [one = '', other = ''] of [
    ['1.0', '0:1.0'],
    ['1.0', '1.00'],
    ['1.0-0', '1.0'],
  ]) {
    assert.equal(compareVersions(one, other), 0, `${one} = ${other}`);
  }
});
