import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Fault, FaultGroup } from '../../faults/fault.ts';
import { runFaults } from '../../faults/run-faults.ts';
import { faultTable } from '../../faults/table.ts';

suite('the runs of a table of faults', () => {
  const group = (...faults: Fault[]): FaultGroup => ({
    faults,
    atOnce: 2,
    async [Symbol.asyncDispose]() {},
  });
  const fault = (name: string, run: Fault['run']): Fault => ({
    name,
    expected: 'a number',
    times: 3,
    run,
  });

  test('draw the same moments from the same seed, and others in each run, for each fault, from another seed', async () => {
    const drawn = async (seed: number): Promise<number[]> => {
      const moments: number[] = [];
      const note: Fault['run'] = async random => {
        moments.push(random.next());
        return 'ok';
      };
      await runFaults(group(fault('one', note), fault('two', note)), { seed });
      return moments;
    };
    const first = await drawn(7);
    assert.deepEqual(await drawn(7), first);
    assert.equal(new Set([...first, ...(await drawn(8))]).size, 12);
  });

  test('are as many as each fault says or as asked for, of all faults or of those that are named', async () => {
    const rows = async (options: { runs?: number; only?: string }) => {
      const faults = group(
        fault('link cut', async () => 'ok'),
        fault('power cut', async () => 'ok'),
      );
      const found = await runFaults(faults, { seed: 1, ...options });
      return found.map(row => [row.fault, row.times]);
    };
    assert.deepEqual(await rows({}), [
      ['link cut', 3],
      ['power cut', 3],
    ]);
    assert.deepEqual(await rows({ runs: 1, only: 'power' }), [['power cut', 1]]);
  });

  test('show how each ended, and what differs with the number of its run', async () => {
    let run = 0;
    const rows = await runFaults(
      group(
        fault('one', async () => {
          run += 1;
          if (run === 2) throw new Error('Expected a number, found none');
          return run === 1 ? 'new' : 'old';
        }),
      ),
      { seed: 1 },
    );
    assert.equal(
      faultTable(rows),
      [
        'FAULT  TIMES  EXPECTED  SEEN',
        'one    3      a number  new 1, old 1, DIFFERS 1',
        '',
        'one, run 2:',
        '  Expected a number, found none',
        '',
        '1 faults, 3 runs, 1 not as expected',
        '',
      ].join('\n'),
    );
  });
});
