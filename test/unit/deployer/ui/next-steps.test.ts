import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blankResult, type HostResult } from '../../../../deployer/run/result.ts';
import { nextSteps } from '../../../../deployer/ui/next-steps.ts';

const run = { check: false, pushOptions: '' };

function ended(host: string, outcome: HostResult['outcome'], over: Partial<HostResult> = {}) {
  return { ...blankResult(host), outcome, ...over };
}

test('nextSteps() names the commands that show why a server failed, and the one that tries again', () => {
  const results = [
    ended('nas-1', 'changed'),
    ended('pi-1', 'unreachable'),
    ended('pi-2', 'unreachable', { optional: true }),
    ended('pi-3', 'rolled-back'),
  ];
  assert.deepEqual(nextSteps(results, { ...run, inventory: ['my hosts.yaml'] }), [
    "homelab-deploy doctor pi-1 -i 'my hosts.yaml'   # why a server cannot be reached",
    "homelab-deploy logs pi-3 -i 'my hosts.yaml'   # what the new release said",
    "homelab-deploy push --failed -i 'my hosts.yaml'   # those again, once that is fixed",
  ]);
});

test('nextSteps() keeps the options without which the next command fails, or does too much at once', () => {
  const results = [ended('nas-1', 'unreachable'), ended('pi-1', 'skipped')];
  const given = { vaultPasswordFile: ['vp'], askBecomePass: true, transport: 'openssh' };
  const options = '--vault-password-file vp --transport openssh -K';
  assert.deepEqual(nextSteps(results, { ...run, ...given, pushOptions: ' --serial 1,100%' }), [
    `homelab-deploy doctor nas-1 ${options}   # why a server cannot be reached`,
    `homelab-deploy push --failed --serial 1,100% ${options}   # those again, once that is fixed`,
  ]);
});

test('nextSteps() watches for heartbeats that are not confirmed yet, and otherwise shows the servers', () => {
  const beat = { answer: 'not confirmed', reason: 'No answer', cause: null, at: null } as const;
  assert.deepEqual(nextSteps([ended('a', 'changed', { beat })], run), [
    'homelab-deploy status a --watch   # when the hub accepts a heartbeat',
  ]);
  assert.deepEqual(nextSteps([ended('a', 'changed'), ended('b', 'unchanged')], run), [
    'homelab-deploy status   # what the servers report',
  ]);
});

test('nextSteps() has nothing to say where nothing changed, and says of a check that nothing did', () => {
  assert.deepEqual(nextSteps([ended('a', 'unchanged')], run), []);
  assert.deepEqual(nextSteps([ended('a', 'unchanged')], { ...run, check: true }), []);
  assert.equal(nextSteps([ended('a', 'changed')], { ...run, check: true }).length, 1);
});
