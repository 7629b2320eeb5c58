import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { agentFaults } from '../../faults/agent/faults.ts';
import { runFaults } from '../../faults/run-faults.ts';
import { need } from '../../support/need.ts';

/** One of each kind; `npm run faults agent` has all, with moments of their own. */
const selection = [
  'hub: flapping',
  'hub: endless chunks of one byte',
  'hub: a reset at every byte of the reply',
  'DNS: silent',
  'network: an interface removed and added',
  'disk: /run is unmounted and removed',
  'disk: /var/lib is full',
  'process: SIGKILL',
  'process: SIGSTOP, then SIGCONT',
  'descriptors: none left',
  'clock: an hour back',
  'host: 5,000 mounts',
];
const seed = 7;
const speed = 10;

suite('after a fault the agent recovers by itself', need('namespaces'), () => {
  test('and beats on time, valid, with memory, descriptors and processes as before', async () => {
    await using group = await agentFaults(speed);
    const faults = group.faults.filter(({ name }) => selection.includes(name));
    assert.equal(faults.length, selection.length);
    const rows = await runFaults({ ...group, faults, atOnce: faults.length }, { seed, runs: 1 });
    for (const { fault, differs } of rows) assert.deepEqual(differs, [], fault);
  });
});
