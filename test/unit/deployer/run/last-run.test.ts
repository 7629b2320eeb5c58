import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedHosts, rememberRun } from '../../../../deployer/run/last-run.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

test('the servers that failed are remembered for each inventory', async () => {
  await using directory = await TestDirectory.create({});
  const context = testContext({ home: directory.path });
  const remember = (inventory: string, host: string, outcome: string): Promise<void> =>
    rememberRun(context, {
      inventory,
      finished: new Date().toISOString(),
      hosts: [{ host, outcome }],
    });
  await remember('/home/me/inventory.yaml', 'nas-1', 'failed');
  await remember('/home/me/lab.yaml', 'lab-1', 'changed');
  const failed = async (name: string) => [...(await failedHosts(context, `/home/me/${name}`))];
  assert.deepEqual(await failed('inventory.yaml'), ['nas-1']);
  assert.deepEqual(await failed('lab.yaml'), []);
  await assert.rejects(failed('other.yaml'), /Expected a finished push of \/home\/me\/other.yaml/);
});
