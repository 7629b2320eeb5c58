import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployerFaults } from '../../faults/deployer/faults.ts';
import { runFaults } from '../../faults/run-faults.ts';
import { faultTable } from '../../faults/table.ts';
import { need } from '../../support/need.ts';

/** Of each kind those that end soon; `npm run faults` has all of them, at many moments. */
const SELECTION = [
  'kill -9 of the deployer: upload',
  'kill -9 of the deployer: health check',
  'kill -9 of the deployer: recovery',
  'Ctrl-C: facts',
  'Ctrl-C: switch',
  'Ctrl-C twice: upload',
  'Ctrl-C twice: staging',
  'ssh session killed: connect',
  'ssh session killed: health check',
  'power cut: switch',
  'full disk: staging',
  'second push at the same time: the same release',
];

describe('a push that something happens to', need('servers'), () => {
  test('leaves exactly the old or the new release, reports which, and the next one agrees', async () => {
    await using group = await deployerFaults(3);
    const faults = group.faults.filter(({ name }) => SELECTION.includes(name));
    assert.equal(faults.length, SELECTION.length);
    const rows = await runFaults({ ...group, faults }, { seed: 7, runs: 1 });
    assert.ok(
      rows.every(({ differs }) => differs.length === 0),
      faultTable(rows),
    );
  });
});
