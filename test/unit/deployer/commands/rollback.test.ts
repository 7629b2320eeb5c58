import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withNext } from '../../../../deployer/commands/actions/rollback.ts';
import { blankResult } from '../../../../deployer/run/result.ts';

test('a rollback without a release before says what to do next', () => {
  const reasonOf = (reason: string | null) =>
    withNext([{ ...blankResult('nas-1'), reason }], { inventory: ['a'] })[0]?.reason;
  assert.match(
    reasonOf('No release before this one is recorded; on this server are: x') ?? '',
    /x\n"homelab-deploy releases nas-1 -i a" lists .*rollback nas-1 -i a --to RELEASE" activates one$/,
  );
  assert.match(
    reasonOf('No agent of ours is installed here') ?? '',
    /here\n"homelab-deploy push nas-1 -i a" installs it$/,
  );
  assert.equal(reasonOf('Something else'), 'Something else');
});
