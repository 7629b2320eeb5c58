import assert from 'node:assert/strict';
import { test } from 'node:test';
import { places } from '../../../../agent/contract/places.ts';
import { sha256 } from '../../../../deployer/lib/digest.ts';
import { parseFacts } from '../../../../deployer/plan/parse-facts.ts';
import { bareAnswer, liveAnswer, releaseFor, SUMS } from '../run/fake-server.ts';

test('parseFacts() reads a bare server, whatever its login says first', () => {
  const facts = parseFacts(bareAnswer());
  assert.deepEqual(facts.problems, []);
  assert.equal(facts.arch, 'x64');
  assert.equal(facts.libc, 'glibc 2.36');
  assert.equal(facts.freeKiB, 50_539_468);
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

test('parseFacts() reads /usr/bin/node as the system runtime', () => {
  const answer = liveAnswer('0.1.0-aaaaaaaa', 'c').replace(
    '../../runtime/node-v24.21.0-linux-x64/bin/node',
    '/usr/bin/node',
  );
  assert.equal(parseFacts(answer).currentRuntime, 'system');
});

test('parseFacts() rejects an incomplete answer', () => {
  const half = liveAnswer('0.1.0-aaaaaaaa', 'c').replace(/\nend=ok$/, '');
  assert.throws(() => parseFacts(half), /Expected the whole answer/);
});

test('parseFacts() rejects an answer without a time: every age would be NaN', () => {
  for (const time of ['', 'now', '1e400', '-1', '9'.repeat(400)]) {
    const answer = bareAnswer().replace(/^time=.*$/m, `time=${time}`);
    assert.throws(() => parseFacts(answer), /Expected the time from the probe, found/, time);
  }
});

test('parseFacts() reads a figure of the service that is none as 0', () => {
  const answer = liveAnswer('0.1.0-aaaaaaaa', 'c').replace(
    /^service:(MainPID|NRestarts)=.*$/gm,
    'service:$1=[not set]',
  );
  const { mainPid, restarts } = parseFacts(answer).service;
  assert.deepEqual([mainPid, restarts], [0, 0]);
});

test('parseFacts() trusts nothing in the status file', () => {
  const forged = JSON.stringify({ release: 'x' }).replace('"x"', '"x\\nproblem=none"');
  const facts = parseFacts(bareAnswer({ status: forged }));
  assert.equal(facts.status, null);
  assert.deepEqual(facts.problems, []);
});

test('parseFacts() reads the status of an agent from before there were warnings', () => {
  const answer = liveAnswer('0.1.0-aaaaaaaa', 'c').replace(',"warnings":[]', '');
  assert.doesNotMatch(answer, /warnings/);
  assert.deepEqual(parseFacts(answer).status?.warnings, []);
});

test('parseFacts() accepts only a name for the wanted release', () => {
  const named = (release: string): unknown =>
    parseFacts(bareAnswer({ release, runtime: 'system' })).wanted;
  assert.deepEqual(named('0.1.0-aaaaaaaa'), { release: '0.1.0-aaaaaaaa', runtime: 'system' });
  assert.equal(named('../../etc'), null);
  assert.equal(named(`${'1'.repeat(200)}-aaaaaaaa`), null);
});

test('parseFacts() decodes the texts that a diff asks for', () => {
  const text = Buffer.from('hub_url: "ü"\n').toString('base64');
  const answer = bareAnswer({ [`text:${places.config}`]: text });
  assert.equal(parseFacts(answer).texts.config, 'hub_url: "ü"\n');
});

test('parseFacts() gathers everything that a server lacks', () => {
  const answer = bareAnswer({ problem: 'one' }).replace('problem=one', 'problem=one\nproblem=two');
  assert.deepEqual(parseFacts(answer).problems, ['one', 'two']);
});

test('parseFacts() shows of a server’s storage faults what fits on a terminal', () => {
  const line = `storage=\u001b[2J${'x'.repeat(400)}`;
  const facts = parseFacts(bareAnswer().replace('\nend=ok', `\n${`${line}\n`.repeat(9)}end=ok`));
  assert.deepEqual(facts.storageFaults, Array(5).fill(`\\u001b[2J${'x'.repeat(291)}`));
});

test('parseFacts() sees another agent by its script, or by a unit that runs something else', () => {
  const unit = (execStart: string): string =>
    bareAnswer({ 'service:ExecStart': `{ path=/x ; argv[]=${execStart} ; pid=7 }` });
  const python = '/usr/bin/python3 /opt/other/agent.py';
  assert.equal(parseFacts(unit(python)).formerAgent, python);
  assert.equal(parseFacts(unit('/opt/homelab-agent/current/node x.mjs')).formerAgent, null);
  assert.equal(
    parseFacts(bareAnswer({ python: '/opt/homelab-agent/homelab-agent.py' })).formerAgent,
    '/opt/homelab-agent/homelab-agent.py',
  );
});

test('parseFacts() sees no other agent in what the hub leaves beside ours, and one whose unit is over ours', () => {
  const python = 'python=/opt/homelab-agent/homelab-agent.py\nend=ok';
  const live = liveAnswer('0.1.0-aaaaaaaa', 'c').replace(/end=ok$/, python);
  assert.equal(parseFacts(live).formerAgent, null);
  const unit = 'service:ExecStart={ path=/x ; argv[]=/usr/bin/python3 x.py ; pid=7 }\nend=ok';
  const over = parseFacts(live.replace(/end=ok$/, unit));
  assert.equal(over.formerAgent, '/opt/homelab-agent/homelab-agent.py');
});

test('parseFacts() reads what the configuration on a server sets', () => {
  const lines = [
    'set:mode=readwrite',
    'list:monitored_services=',
    'item:monitored_services=a=b',
    'odd:file=',
    'kept:server_id=nas-1',
    'kept:server_guid=x',
  ];
  const { settings, kept } = parseFacts(
    bareAnswer().replace(/end=ok$/, `${lines.join('\n')}\nend=ok`),
  );
  assert.deepEqual(settings, {
    values: new Map([['mode', 'readwrite']]),
    lists: new Map([['monitored_services', ['a=b']]]),
    odd: ['file'],
  });
  assert.deepEqual(kept, { serverId: 'nas-1', serverGuid: 'x' });
  assert.equal(parseFacts(bareAnswer()).settings, null);
});

test('parseFacts() reads a list that a server repeats without end in linear time, and keeps the first', () => {
  const many = bareAnswer({ problem: 'x' }).replace('problem=x', 'problem=x\n'.repeat(50_000));
  assert.equal(parseFacts(many).problems.length, 20);
  const long = parseFacts(bareAnswer({ problem: 'x'.repeat(100_000) }));
  assert.equal(long.problems[0]?.length, 300);
});

test('parseFacts() reads lines that no server writes in linear time', () => {
  const long = 300_000;
  const answer = bareAnswer({
    space: ' 1'.repeat(long / 2),
    [`name:${places.current}`]: " -> '".repeat(long / 5),
    'service:ExecStart': 'argv[]='.repeat(long / 7),
  });
  const facts = parseFacts(answer);
  assert.equal(facts.freeKiB, null);
  assert.equal(facts.current, null);
  assert.match(facts.formerAgent ?? '', /^argv/);
});

test('parseFacts() gives no text that a terminal would obey', () => {
  const obeyed = '\u001b]52;c;aGk=\u0007';
  const answer = liveAnswer('0.1.0-aaaaaaaa', 'c', { last_error: `${obeyed}\rnas-2: ok` });
  const facts = parseFacts(answer.replace('\nmachine=', `\nproblem=${obeyed}\nmachine=`));
  const shown = `${facts.problems.join()} ${facts.status?.last_error}`;
  assert.ok(shown.includes('\\u001b]52'), shown);
  assert.ok(!/\p{Cc}/u.test(shown), shown);
});
