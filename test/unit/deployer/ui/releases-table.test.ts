import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releasesTable } from '../../../../deployer/ui/releases-table.ts';

test('releasesTable() says below the table why a server could not be asked', () => {
  const stdout = '0.1.0-ab12cd34\tcurrent\t2026-01-01T00:00:00Z\taccepted\n';
  const text = releasesTable([
    { kind: 'answer', host: 'nas-1', value: { code: 0, stdout, stderr: '' } },
    { ...{ kind: 'error', host: 'pi-1', error: null }, outcome: 'unreachable', reason: 'No route' },
  ]);
  assert.equal(
    text,
    `SERVER  RELEASE         STATE        LIVE SINCE            BEAT ACCEPTED
nas-1   0.1.0-ab12cd34  current      2026-01-01T00:00:00Z  yes
pi-1    -               unreachable

pi-1: No route
`,
  );
});
