import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubKey, judgeFacts } from '../../../../../deployer/commands/doctor/judge-facts.ts';
import type { Facts } from '../../../../../deployer/plan/facts.ts';
import { parseFacts } from '../../../../../deployer/plan/parse-facts.ts';
import { bareAnswer, liveAnswer, NODE } from '../../run/fake-server.ts';

const NOW = 1_767_225_600_000;

/** What is not all right. */
function complaints(facts: Facts, nodeVersion = NODE): string[] {
  return judgeFacts(facts, { nodeVersion, now: NOW, logs: 'homelab-deploy logs pi-1' })
    .filter(({ level }) => level !== 'pass')
    .map(({ level, text }) => `${level}: ${text}`);
}

test('judgeFacts() finds a bare and a live server all right', () => {
  assert.deepEqual(complaints(parseFacts(bareAnswer())), []);
  assert.deepEqual(complaints(parseFacts(liveAnswer('0.1.0-aaaaaaaa', 'c'))), []);
});

test('judgeFacts() complains of a clock that is off, and says by how much', () => {
  assert.deepEqual(complaints(parseFacts(bareAnswer({ time: '1767225720' }))), [
    "fail: Expected the clock within 30 s of this machine's, found it 120 s ahead",
  ]);
});

test('judgeFacts() fails a full disk and a server that cannot run the agent', () => {
  const [first = '', second = ''] = complaints(
    parseFacts(bareAnswer({ problem: 'Expected another', full: 'Expected 1 MB free' })),
  );
  assert.match(first, /^fail: Expected another$/);
  assert.match(second, /^fail: Expected 1 MB free$/);
});

test('judgeFacts() fails storage on which a push would not write', () => {
  const storage = 'Expected no errors on /dev/sda1, found 3 that ext4 has recorded';
  assert.deepEqual(complaints(parseFacts(bareAnswer({ storage }))), [`fail: ${storage}`]);
});

test('judgeFacts() notes an agent that a push would take over from', () => {
  const answer = bareAnswer({ python: '/opt/homelab-agent/homelab-agent.py' });
  assert.match(complaints(parseFacts(answer)).join(), /^warn: Another agent is in place/);
});

test('judgeFacts() only warns of an agent that a push starts, or whose files it restores', () => {
  const live = parseFacts(liveAnswer('0.1.0-aaaaaaaa', 'c'));
  const found = complaints({
    ...live,
    intact: false,
    service: { ...live.service, active: 'failed' },
  });
  assert.match(
    found[0] ?? '',
    /^warn: 0\.1\.0-aaaaaaaa is installed, .+: push starts it; .+ "homelab-deploy logs pi-1"$/,
  );
  assert.match(
    found[1] ?? '',
    /^warn: Files of 0\.1\.0-aaaaaaaa were changed: push restores them$/,
  );
});

test('judgeFacts() notes a runtime that is older than the one of this build', () => {
  const facts = parseFacts(liveAnswer('0.1.0-aaaaaaaa', 'c'));
  assert.deepEqual(complaints(facts, '24.100.0'), [
    'warn: The agent runs on Node 24.21.0, this build brings 24.100.0: push updates it',
  ]);
  assert.deepEqual(complaints({ ...facts, currentRuntime: 'system' }, '24.100.0'), []);
});

test('judgeFacts() repeats what the agent warns of', () => {
  const live = parseFacts(liveAnswer('0.1.0-aaaaaaaa', 'c'));
  const warnings = [{ code: 'apt-lists-old', text: 'Package lists are old' }];
  const status = live.status === null ? null : { ...live.status, warnings };
  assert.deepEqual(complaints({ ...live, status }), [
    'warn: Warning apt-lists-old: Package lists are old',
  ]);
});

test('hubKey() notes a server that still has the hub’s own key, where the inventory gives it a token', () => {
  const old = parseFacts(bareAnswer({ 'set:api_key': 'yes' }));
  assert.deepEqual(
    hubKey(old, false).map(({ level }) => level),
    ['warn'],
  );
  assert.deepEqual(hubKey(old, true), []);
  assert.deepEqual(hubKey(parseFacts(bareAnswer({ 'set:api_token': 'yes' })), false), []);
});

test('judgeFacts() fails a server whose last heartbeat the hub refused', () => {
  const status = { last_answer: 'refused', last_error: '401 Unauthorized' };
  assert.deepEqual(complaints(parseFacts(liveAnswer('0.1.0-aaaaaaaa', 'c', status))), [
    'fail: The hub refuses its heartbeats: 401 Unauthorized',
  ]);
});
