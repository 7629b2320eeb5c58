import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostDiff } from '../../../../../deployer/plan/diff/host-diff.ts';

const unit = { before: '[Service]\n', after: '[Service]\n' };

function configDiff(before: string | null, after: string): string {
  return hostDiff({ config: { before, after }, unit });
}

test('hostDiff() hides a key that stays the same', () => {
  const diff = configDiff('api_key: "s3cret"\nbackfill: 1\n', 'api_key: "s3cret"\nbackfill: 2\n');
  assert.match(diff, /^ api_key: "\(hidden\)"\n-backfill: 1\n\+backfill: 2$/m);
  assert.doesNotMatch(diff, /s3cret/);
});

test('hostDiff() shows that a key changed and neither value', () => {
  const diff = configDiff('api_key: "old-one"\n', 'api_key: "new-one"\n');
  assert.match(diff, /^-api_key: "\(hidden\)"\n\+api_key: "\(hidden, another than before\)"$/m);
  assert.doesNotMatch(diff, /old-one|new-one/);
});

test('hostDiff() hides a secret in whatever form YAML lets it have', () => {
  const before = [
    'api_key: |',
    '  block-secret',
    'api_token: >-',
    '  folded-secret',
    '"hub_password": {inner: flow-secret}',
    '# api_key: commented-secret',
    '',
  ].join('\n');
  const diff = configDiff(before, 'backfill: 1\n');
  assert.doesNotMatch(diff, /block-secret|folded-secret|flow-secret|commented-secret/);
});

test('hostDiff() shows nothing of a live file that is not YAML', () => {
  const diff = configDiff('api_key: "unclosed\n', 'api_key: "new-one"\n');
  assert.doesNotMatch(diff, /unclosed|new-one/);
  assert.match(diff, /not shown/);
});

test('hostDiff() is empty where nothing differs', () => {
  assert.equal(configDiff('api_key: "k"\n', 'api_key: "k"\n'), '');
});

test('hostDiff() reports a file that is too long to be sent, and does not call it new', () => {
  const config = { before: 'a: 1\n', after: 'a: 1\n' };
  const long = { before: null, after: '[Service]\n', tooLong: true };
  assert.match(hostDiff({ config, unit: long }), /^--- \/etc\/.*\n\(not shown: .*256 KiB\)\n$/);
});

test('hostDiff() shows no secret of a live file whose aliases repeat one another, and does not unfold them', () => {
  const level = (at: number): string =>
    `a${at}: &a${at} [${Array(9)
      .fill(`*a${at - 1}`)
      .join(', ')}]\n`;
  const levels = Array.from({ length: 30 }, (_, at) => level(at + 1)).join('');
  const diff = configDiff(`a0: &a0 [x]\n${levels}api_key: *a30\n`, 'api_key: "new-one"\n');
  assert.match(diff, /^-api_key: "\(hidden\)"$/m);
  assert.doesNotMatch(diff, /new-one/);
});
