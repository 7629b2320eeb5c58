import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { showProgress } from '../../../../deployer/commands/show-results.ts';
import { blankResult } from '../../../../deployer/run/result.ts';
import { testContext } from '../../../support/test-context.ts';

/** What is said at Ctrl-C while a server is in this phase of a push. */
async function saidIn(phase: 'sending' | 'activating', ended = false): Promise<string> {
  const stderr = new PassThrough();
  const interrupt = new AbortController();
  const context = testContext({ stderr, signal: interrupt.signal });
  const result = blankResult('nas-1');
  await showProgress(context, ['nas-1'], {}, async view => {
    view.emit({ kind: 'phase', host: 'nas-1', phase, text: phase });
    if (ended) view.emit({ kind: 'done', result });
    interrupt.abort();
    return [result];
  });
  return String(stderr.read());
}

test('Ctrl-C says that an activation is finished only while there is one', async () => {
  const finishes = /^Interrupted: what is being activated finishes, nothing new begins/m;
  assert.match(await saidIn('activating'), finishes);
  assert.match(await saidIn('sending'), /^Interrupted: nothing new begins; once more/m);
  assert.match(await saidIn('activating', true), /^Interrupted: nothing new begins; once more/m);
});
