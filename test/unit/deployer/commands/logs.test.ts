import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuseTime } from '../../../../deployer/commands/actions/logs.ts';

test('a time that journalctl cannot read is an error of --since', () => {
  const said = 'Failed to parse timestamp: yesterdy';
  assert.throws(() => refuseTime(said, 'yesterdy'), /^UsageError: --since: .+ found "yesterdy"$/);
  refuseTime('No journal files were found.', 'yesterday');
});
