import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  blankResult,
  exitCodeOf,
  type HostResult,
  NOT_CONFIRMED,
} from '../../../../deployer/run/result.ts';
import { recap } from '../../../../deployer/ui/recap.ts';

function result(over: Partial<HostResult>): HostResult {
  return {
    ...blankResult('nas-1'),
    outcome: 'unchanged',
    seconds: 0.42,
    release: '0.1.0-aaaaaaaa',
    previous: '0.1.0-bbbbbbbb',
    ...over,
  };
}

const plain = { check: false, paint: (_: string, text: string) => text };

test('recap() gives a line a server, its reason, warnings and journal below, and a sum', () => {
  const text = recap(
    [
      result({}),
      result({
        host: 'nas-22',
        outcome: 'changed',
        seconds: 8,
        warnings: [{ code: 'apt-lists-old', text: 'Package lists are old' }],
      }),
      result({
        host: 'pi-1',
        outcome: 'rolled-back',
        reason: 'It died\nRolled back: the old one',
        journal: ['<3>Boom'],
      }),
    ],
    plain,
  );
  assert.equal(
    text,
    [
      'nas-1   unchanged       0.4 s',
      'nas-22  changed         8.0 s  0.1.0-aaaaaaaa (before: 0.1.0-bbbbbbbb)',
      '    Warning apt-lists-old: Package lists are old',
      'pi-1    rolled-back     0.4 s  It died',
      '    Rolled back: the old one',
      '    | <3>Boom',
      '',
      '3 servers: 1 unchanged, 1 changed, 1 rolled-back',
      '',
    ].join('\n'),
  );
});

test('recap() of a check says what would change, and why', () => {
  const steps = [{ what: 'config', text: 'differs' }] as const;
  const text = recap([result({ outcome: 'changed', steps })], { ...plain, check: true });
  assert.match(
    text,
    /^nas-1 {2}would change +0\.4 s {2}0\.1\.0-aaaaaaaa.*\n {4}config {3}differs$/m,
  );
  assert.match(text, /^1 server: 1 would change$/m);
});

test('recap() tells the takeover of another agent from a first install', () => {
  const first = { outcome: 'changed', previous: null } as const;
  const steps = [{ what: 'takeover', text: 'takes over' }] as const;
  assert.match(recap([result(first)], plain), / 0\.1\.0-aaaaaaaa \(first install\)$/m);
  assert.match(
    recap([result({ ...first, steps })], plain),
    / 0\.1\.0-aaaaaaaa \(takes over from another agent\)$/m,
  );
});

test('recap() shows what the hub did with the heartbeats in a column, and why below', () => {
  const beat = (answer: 'accepted' | 'refused' | 'not confirmed', reason: string | null) => ({
    beat: { answer, reason, cause: null, at: null },
  });
  const text = recap(
    [
      result({ outcome: 'changed', gapSeconds: 34, ...beat('accepted', null) }),
      result({ host: 'nas-2', outcome: 'refused', reason: '401', ...beat('refused', '401') }),
      result({ host: 'nas-3', outcome: 'changed', ...beat('not confirmed', 'No answer') }),
      result({ host: 'nas-4', outcome: 'unreachable', reason: 'No route' }),
    ],
    plain,
  );
  assert.equal(
    text,
    [
      'nas-1  changed         0.4 s  beat accepted       0.1.0-aaaaaaaa (before: 0.1.0-bbbbbbbb), 34 s between heartbeats',
      'nas-2  refused         0.4 s  beat refused        401',
      'nas-3  changed         0.4 s  beat not confirmed  0.1.0-aaaaaaaa (before: 0.1.0-bbbbbbbb)',
      '    No answer',
      'nas-4  unreachable     0.4 s  -                   No route',
      '',
      '4 servers: 2 changed, 1 refused, 1 unreachable',
      '',
    ].join('\n'),
  );
});

test('exitCodeOf() follows the worst that happened', () => {
  const away = result({ outcome: 'unreachable' });
  assert.equal(exitCodeOf([result({})], false), 0);
  assert.equal(exitCodeOf([result({}), away], false), 3);
  assert.equal(exitCodeOf([away, result({ outcome: 'failed' })], false), 1);
  assert.equal(exitCodeOf([result({ outcome: 'rolled-back' })], false), 1);
  assert.equal(exitCodeOf([{ ...away, optional: true }], false), 0);
  const declined = result({ outcome: 'skipped', reason: NOT_CONFIRMED });
  assert.equal(exitCodeOf([result({}), declined], false), 130);
  assert.equal(exitCodeOf([result({ outcome: 'failed' })], true), 130);
});
