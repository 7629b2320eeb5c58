import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../../deployer/release/digest.ts';
import { layout } from '../../../../deployer/release/layout.ts';
import { parseFacts } from '../../../../deployer/remote/facts/parse-facts.ts';
import { bareAnswer, liveAnswer, releaseFor, SUMS } from '../engine/fake-server.ts';

test('parseFacts() reads a bare server, whatever its login says first', () => {
  const facts = parseFacts(bareAnswer());
  assert.equal(facts.architecture, 'x86_64');
  assert.equal(facts.bits, 64);
  assert.equal(facts.libc, 'glibc 2.36');
  assert.deepEqual(facts.space.install, { filesystem: '/dev/sda1', freeKiB: 50_539_468 });
  assert.equal(facts.current, null);
  assert.equal(facts.config, null);
  assert.equal(facts.service.active, 'inactive');
  assert.equal(facts.status, null);
});

test('parseFacts() reads a live release with its files, runtime, service and status', () => {
  const release = releaseFor('config');
  const facts = parseFacts(liveAnswer(release, 'config'));
  assert.equal(facts.current, release);
  assert.equal(facts.previous, null);
  assert.equal(facts.currentRuntime, 'node-v24.21.0-linux-x64');
  assert.deepEqual(facts.runtimes, ['node-v24.21.0-linux-x64']);
  assert.deepEqual(facts.releases, [{ name: release, sumsSha256: sha256(SUMS) }]);
  assert.deepEqual(facts.config, {
    sha256: sha256('config'),
    mode: '640',
    owner: 'root:homelab-agent',
  });
  assert.equal(facts.service.mainPid, 321);
  assert.equal(facts.service.enabled, 'enabled');
  assert.equal(facts.status?.beats.sent, 10);
  assert.equal(facts.intact, true);
});

test('parseFacts() takes /usr/bin/node as the system runtime', () => {
  const answer = liveAnswer('0.1.0-aaaaaaaa', 'c').replace(
    '../../runtime/node-v24.21.0-linux-x64/bin/node',
    '/usr/bin/node',
  );
  assert.equal(parseFacts(answer).currentRuntime, 'system');
});

test('parseFacts() refuses half an answer', () => {
  const half = liveAnswer('0.1.0-aaaaaaaa', 'c').replace('hla:end ok', '');
  assert.throws(() => parseFacts(half), /Expected the whole answer/);
});

test('parseFacts() takes nothing on trust from the status file', () => {
  const forged = JSON.stringify({ release: 'x' }).replace('"x"', '"x\\nhla:uid 5"');
  const answer = bareAnswer().replace('hla:end ok', `hla:status ${forged}\nhla:end ok`);
  const facts = parseFacts(answer);
  assert.equal(facts.status, null);
  assert.equal(facts.uid, 0);
});

test('parseFacts() decodes the texts that a diff asks for', () => {
  const text = Buffer.from('hub_url: "ü"\n').toString('base64');
  const section = `hla:section text:/etc/homelab-agent/config.yaml\n${text.slice(0, 8)}\n${text.slice(8)}`;
  const answer = bareAnswer().replace('hla:end ok', `${section}\nhla:end ok`);
  assert.equal(parseFacts(answer).texts.config, 'hub_url: "ü"\n');
});

test('parseFacts() sees another agent by its script, or by a unit that runs something else', () => {
  const unit = (execStart: string): string =>
    bareAnswer().replace(
      'MainPID=0',
      `MainPID=7\nExecStart={ path=/x ; argv[]=${execStart} ; pid=7 }`,
    );
  const python = '/usr/bin/python3 /opt/other/agent.py';
  assert.equal(parseFacts(unit(python)).formerAgent, python);
  assert.equal(parseFacts(unit('/opt/homelab-agent/current/node x.mjs')).formerAgent, null);
  assert.equal(
    parseFacts(bareAnswer({ python: '/opt/homelab-agent/homelab-agent.py' })).formerAgent,
    '/opt/homelab-agent/homelab-agent.py',
  );
});

test('parseFacts() reads a list that a server repeats without end in linear time, and within a bound', () => {
  const many = `${bareAnswer()}\n${'hla:missing tar\n'.repeat(50_000)}hla:end ok`;
  assert.equal(parseFacts(many).missing.length, 50_000);
  const endless = `${bareAnswer()}\n${'hla:missing tar\n'.repeat(100_000)}`;
  assert.throws(() => parseFacts(endless), /Expected at most 1048576 characters/);
});

test('parseFacts() reads lines that no server writes in linear time', () => {
  const long = 500_000;
  const spaces = `/dev/sda1${' 1'.repeat(long / 2)} x 1% /`;
  const arrows = `${layout.current}|777|root:root|${" -> '".repeat(long / 5)}`;
  const commands = `ExecStart=${'argv[]='.repeat(long / 7)}`;
  const answer = (section: string, line: string): string =>
    `${bareAnswer().replace(/hla:section space\n.*/s, '')}hla:section ${section}\nhead\n${line}\nhla:end ok`;
  assert.equal(parseFacts(answer('space', spaces)).space.install, null);
  assert.equal(parseFacts(answer('stat', arrows)).current, null);
  assert.match(parseFacts(answer('unit', commands)).formerAgent ?? '', /^argv/);
});
