import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { timestamp } from '../../../../agent/lib/timestamp.ts';

test('timestamp gives the text of toISOString', () => {
  const years = { min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true };
  fc.assert(fc.property(fc.date(years), date => assert.equal(timestamp(date), date.toISOString())));
});
