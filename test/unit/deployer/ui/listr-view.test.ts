import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { blankResult, type HostResult } from '../../../../deployer/run/result.ts';
import { ListrView } from '../../../../deployer/ui/listr-view.ts';
import { Screen } from '../../../support/screen.ts';

/** A terminal in memory. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  readonly columns = 80;
  readonly rows = 24;

  /** What a person sees of all that was written so far. */
  seen(): string {
    // As a terminal's line discipline does it (ONLCR).
    for (let chunk = this.read(); chunk !== null; chunk = this.read()) {
      this.#screen.write(String(chunk).replaceAll('\n', '\r\n'));
    }
    return this.#screen.text();
  }

  readonly #screen = new Screen();
}

function done(host: string, over: Partial<HostResult> = {}): { kind: 'done'; result: HostResult } {
  const result: HostResult = { ...blankResult(host), outcome: 'changed', seconds: 1, ...over };
  return { kind: 'done', result };
}

/** Waits until the screen matches; the redraw has its own rhythm. */
async function until(terminal: Terminal, pattern: RegExp): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (let seen = ''; !pattern.test(seen); seen = terminal.seen()) {
    if (performance.now() > deadline) assert.match(seen, pattern);
    await sleep(10);
  }
}

test('ListrView shows where each server is, and at the end how it ended', async () => {
  const terminal = new Terminal();
  const view = new ListrView(['nas-1', 'pi-100'], terminal, { check: false, clear: false });
  view.start();
  view.emit({ kind: 'phase', host: 'nas-1', phase: 'sending', text: 'sends 4 kB' });
  await until(terminal, /nas-1 {2} {1}sends 4 kB\n.*pi-100 {2}waits/);
  view.emit(done('nas-1'));
  view.emit(done('pi-100', { outcome: 'failed', reason: 'No room\nmore' }));
  await view.end();
  assert.equal(terminal.seen(), 'nas-1   changed after 1.0 s\npi-100  failed after 1.0 s: No room');
});

test('ListrView removes its lines for a question, and shows them again after it', async () => {
  const terminal = new Terminal();
  const view = new ListrView(['nas-1'], terminal, { check: false, clear: true });
  view.start();
  await until(terminal, /nas-1 {2}waits/);
  const answer = await view.hold(async () => {
    terminal.write('Password: ');
    assert.equal(terminal.seen(), 'Password:');
    return 'secret';
  });
  assert.equal(answer, 'secret');
  view.emit({ kind: 'phase', host: 'nas-1', phase: 'activating', text: 'activates' });
  await until(terminal, /nas-1 {2}activates/);
  view.emit(done('nas-1'));
  await view.end();
  assert.doesNotMatch(terminal.seen(), /nas-1/);
});

test('ListrView shows what the servers wait for, the bytes that were sent, and for how long a step has run', async () => {
  const terminal = new Terminal();
  const view = new ListrView(['nas-1', 'nas-2'], terminal, { check: false, clear: true });
  view.start();
  view.emit(done('nas-2', { outcome: 'unchanged' }));
  view.emit({ kind: 'note', text: 'Makes the Node runtime for x64' });
  await until(terminal, /nas-1 {2}Makes the Node.*\n.*nas-2 {2}unchanged/);
  view.emit({ kind: 'phase', host: 'nas-1', phase: 'sending', text: 'sends 42.0 MB' });
  view.emit({ kind: 'progress', host: 'nas-1', sent: 12_340_000, total: 42_000_000 });
  await until(terminal, /nas-1 {2}sends 12\.3 of 42\.0 MB, [2-9] s/);
  view.emit(done('nas-1'));
  await view.end();
});
