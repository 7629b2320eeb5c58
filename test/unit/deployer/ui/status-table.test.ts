import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from '../../../../deployer/plan/facts.ts';
import { parseFacts } from '../../../../deployer/plan/parse-facts.ts';
import type { HostAnswer } from '../../../../deployer/run/ask-hosts.ts';
import { statusReport, statusTable } from '../../../../deployer/ui/status-table.ts';
import { liveAnswer, NODE } from '../run/fake-server.ts';

const plain = (_: string, text: string) => text;

function answer(host: string, texts: readonly string[], active = 'active'): HostAnswer<Facts> {
  const facts = parseFacts(liveAnswer('0.1.0-aaaaaaaa', 'c'));
  const warnings = texts.map(text => ({ code: 'apt-lists-old', text }));
  const status = facts.status === null ? null : { ...facts.status, warnings };
  const value = { ...facts, status, service: { ...facts.service, active } };
  return { kind: 'answer', host, value };
}

test('statusTable() lists warnings below the servers, of agents that run (pitfall 49)', () => {
  const answers = [answer('nas-1', ['One', 'Two']), answer('pi', ['Three'], 'inactive')];
  assert.deepEqual(statusTable(answers, new Map(), NODE, plain).split('\n').slice(3), [
    '',
    'nas-1  Warning apt-lists-old: One',
    'nas-1  Warning apt-lists-old: Two',
    '',
  ]);
  const calm = statusTable([answer('nas-1', [])], new Map(), NODE, plain);
  assert.equal(calm.split('\n').length, 3);
});

test('statusReport() has the warnings with their codes', () => {
  const report: unknown = JSON.parse(statusReport([answer('nas-1', ['One'])], new Map(), 0));
  assert.partialDeepStrictEqual(report, {
    hosts: [{ agent: { warnings: [{ code: 'apt-lists-old', text: 'One' }] } }],
  });
});
