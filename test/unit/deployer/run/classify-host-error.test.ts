import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Overdue } from '../../../../deployer/apply/send-transfer.ts';
import { classifyHostError } from '../../../../deployer/run/classify-host-error.ts';
import {
  ConnectionLost,
  HostKeyRefused,
  LoginRefused,
  SetupRefused,
  ShellRefused,
  SudoRefused,
  type TransportError,
  Unreachable,
} from '../../../../deployer/ssh/errors.ts';

const classify = (error: TransportError) => classifyHostError('nas-1', error, String);

test('only what a later try can cure by itself makes a server unreachable', () => {
  for (const Kind of [Unreachable, ConnectionLost]) {
    assert.equal(classify(new Kind('nas-1', 'off')).outcome, 'unreachable');
  }
  for (const Kind of [SetupRefused, HostKeyRefused, LoginRefused, ShellRefused, SudoRefused]) {
    assert.equal(classify(new Kind('nas-1', 'never')).outcome, 'failed');
  }
});

test('an installer that gives no result in time is no fault of this program', () => {
  const { outcome, reason } = classifyHostError('nas-1', new Overdue(), String);
  assert.equal(outcome, 'unreachable');
  assert.match(reason, /^The installer on nas-1 gave no result in time, .* status nas-1"$/);
});

test('a reason keeps its lines and shows control characters as text', () => {
  const said = 'first\nsecond \u001b]52;c;eA==\u0007\r\u202e';
  const { reason } = classify(new Unreachable('nas-1', said));
  assert.equal(reason, 'first\nsecond \\u001b]52;c;eA==\\u0007\\u000d\\u202e');
});

test('a host key that is not known takes one line, with its fingerprint and the command that records it', () => {
  const unknown = {
    server: 'nas-1 (10.0.0.5 port 22)',
    key: 'ssh-ed25519 SHA256:abc',
    file: '/home/me/.ssh/known_hosts',
    remember: async () => {},
  };
  const { reason } = classify(new HostKeyRefused('nas-1', 'much longer', { unknown }));
  assert.equal(
    reason,
    'The host key of nas-1 (10.0.0.5 port 22) is not known: found ssh-ed25519 SHA256:abc. "homelab-deploy init -i INVENTORY" lists all such keys and records them, without a terminal with --accept-host-keys',
  );
});
