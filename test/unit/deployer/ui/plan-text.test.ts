import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Planned } from '../../../../deployer/run/result.ts';
import { planText, pushEntry } from '../../../../deployer/ui/plan-text.ts';

function planned(host: string, over: Partial<Planned>): Planned {
  return { host, steps: [], firstInstall: false, ended: null, ...over };
}

const install: Partial<Planned> = {
  firstInstall: true,
  steps: [
    { what: 'release', text: '0.1.0-aaaaaaaa (first install)' },
    { what: 'config', text: 'is not there' },
    { what: 'service', text: 'is not enabled, is inactive' },
  ],
};

test('planText() names what changes where, once for servers with the same plan, and what stays', () => {
  const text = planText(
    [
      planned('nas-1', install),
      planned('nas-2', install),
      planned('pi-1', { steps: [{ what: 'config', text: 'differs in interval' }] }),
      planned('pi-2', { ended: { outcome: 'unchanged', reason: null } }),
      planned('pi-3', { ended: { outcome: 'failed', reason: 'No room\nAt all' } }),
      planned('pi-4', { ended: { outcome: 'unreachable', reason: 'No route' } }),
    ].map(pushEntry),
    80,
  );
  assert.equal(
    text,
    [
      'nas-1, nas-2: first install',
      'pi-1: config differs in interval',
      'pi-3: failed: No room',
      'pi-4: unreachable: No route',
      '3 change, 1 unchanged, 1 failed, 1 unreachable',
    ].join('\n'),
  );
});

test('planText() keeps to the width of the terminal', () => {
  const hosts = ['nas-1', 'nas-2', 'nas-3', 'nas-4'].map(host => pushEntry(planned(host, install)));
  assert.equal(planText(hosts, 30), 'nas-1, nas-2, nas-3, nas-4:\n    first install\n4 change');
});

test('planText() counts one server that changes as one', () => {
  assert.match(planText([pushEntry(planned('nas-1', install))], 80), /\n1 changes$/);
});
