import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onHosts } from '../../../../deployer/run/on-hosts.ts';
import { bareAnswer, CONFIG, FakeServer, liveAnswer, releaseFor } from './fake-server.ts';
import { FakeTransport } from './fake-transport.ts';

/** Rolls back, in the installer's words, to what the server answers then. */
async function rollBack(answer: string) {
  const server = new FakeServer(answer);
  const target = {
    name: 'nas-1',
    sshArgs: [],
    connectTimeoutMs: 1000,
    become: { user: 'root' },
  } as const;
  const { signal } = new AbortController();
  const [result] = await onHosts(
    [{ target }],
    async () => ({
      code: 0,
      stdout: 'changed: release 0.2.0-aaaaaaaa (before: 0.3.0-bbbbbbbb)\nresult: changed\n',
      stderr: '',
    }),
    {
      transport: new FakeTransport({ 'nas-1': server }),
      recordFault: (_, fault) => String(fault),
      forks: 1,
      signal,
      doing: 'rolls back',
      now: () => 0,
      awaitBeat: true,
    },
    () => {},
  );
  return result;
}

test('a rollback ends with what the hub answers to the release before', async () => {
  const release = releaseFor(CONFIG);
  const accepted = await rollBack(liveAnswer(release, CONFIG));
  assert.deepEqual([accepted?.outcome, accepted?.beat?.answer], ['changed', 'accepted']);
  assert.deepEqual([accepted?.release, accepted?.previous], ['0.2.0-aaaaaaaa', '0.3.0-bbbbbbbb']);
  const status = { last_answer: 'refused', last_error: '401', last_cause: 'unauthorized' };
  const refused = await rollBack(liveAnswer(release, CONFIG, status));
  assert.deepEqual([refused?.outcome, refused?.reason], ['refused', '401']);
});

test('a rollback to another agent waits for no heartbeat', async () => {
  const result = await rollBack(bareAnswer());
  assert.deepEqual([result?.outcome, result?.beat], ['changed', null]);
});
