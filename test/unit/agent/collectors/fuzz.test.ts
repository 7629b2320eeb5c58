import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { Collection } from '../../../../agent/collectors/collection.ts';
import { sanitize } from '../../../../agent/heartbeat/sanitize.ts';
import { Command } from '../../../../agent/host/command.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { refusalsOf } from '../../../support/hub-validation.ts';
import { RecordingLog } from '../../../support/recording-log.ts';
import { fixtureHosts } from '../golden/fixture-hosts.ts';
import { configWith } from './support/fakes.ts';
import { MemoryHost } from './support/memory-host.ts';

const directory = fileURLToPath(new URL('../../../fixtures/hosts', import.meta.url));
const hosts = (await fixtureHosts()).map(name => new MemoryHost(join(directory, name)));

/** What the collectors read, the texts with the most in them first: /sys has many files of one word each. */
const readable = (host: MemoryHost): string[] =>
  [...host.files]
    .filter(([path]) =>
      /^(?:proc|sys|etc\/(?:os|fstab|zfs)|usr|var\/lib\/smart|recorded\/(?:commands|later))/.test(
        path,
      ),
    )
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([path]) => path);

/** Evenly from 0 to below 1; fast-check's own doubles crowd at the ends. */
const share = fc.nat({ max: 9999 }).map(n => n / 10_000);

/** One place in a text, as a share of its length, and what happens there. */
const change = fc.record({
  at: share,
  length: fc.nat({ max: 40 }),
  kind: fc.constantFrom('delete', 'repeat', 'insert', 'number', 'cut'),
  text: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '-1',
      'NaN',
      '18446744073709551615',
      '99999999999999999999999',
      '1e400',
      '\n\n',
    ),
    fc.constantFrom(
      '\0',
      '\\040',
      '\\777',
      '[',
      ']',
      '(',
      ':',
      '=',
      ' - ',
      '\ud800',
      'x'.repeat(400),
    ),
  ),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(text: string, { at, length, kind, text: inserted }: Change): string {
  const start = Math.floor(at * text.length);
  const [head, middle, tail] = [
    text.slice(0, start),
    text.slice(start, start + length),
    text.slice(start + length),
  ];
  switch (kind) {
    case 'delete':
      return head + tail;
    case 'repeat':
      return head + middle + middle + tail;
    case 'insert':
      return head + inserted + middle + tail;
    case 'number':
      return head + (middle + tail).replace(/\d+/, inserted);
    default:
      return head;
  }
}

const mutation = fc.record({
  host: fc.constantFrom(...hosts),
  // Several files of one host at once: their faults may meet.
  files: fc.array(
    fc.record({
      pick: share,
      changes: fc.array(change, { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

const services = ['ssh', 'nginx', 'docker.service', 'a*'];

test('10,000 mutated hosts make no collector crash and no beat that the hub would refuse', async () => {
  await fc.assert(
    fc.asyncProperty(mutation, async ({ host, files }) => {
      const paths = readable(host);
      const originals = new Map<string, string>();
      for (const { pick, changes } of files) {
        // Squared: the long texts are picked more often.
        const path = paths[Math.floor(pick ** 2 * paths.length)] ?? '';
        const text = host.files.get(path) ?? '';
        if (!originals.has(path)) originals.set(path, text);
        host.files.set(path, changes.reduce(apply, text));
      }
      host.restart();
      try {
        const collection = new Collection({
          host,
          config: configWith({ monitored_services: services }),
          command: new Command(host),
          clock: new FakeClock(),
          log: new RecordingLog(),
        });
        const { body } = await collection.collectWhole();
        const whole = { server_id: 'host-1', timestamp: '2026-11-23T00:00:00.000Z', ...body };
        assert.deepEqual(refusalsOf(sanitize(whole).beat), []);
      } finally {
        for (const [path, text] of originals) host.files.set(path, text);
      }
    }),
    { numRuns: 10_000 },
  );
});
