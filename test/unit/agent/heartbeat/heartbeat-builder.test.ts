import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeartbeatBuilder } from '../../../../agent/heartbeat/heartbeat-builder.ts';

const config = { server_id: 'nas-1', mode: 'readonly' } as const;
const guid = '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0';
const at = new Date('2026-01-01T00:00:00Z');
const good = {
  name: 'bash',
  current_version: '1',
  new_version: '2',
  repository: 'stable',
  is_security: false,
};

function beatWith(assembler: HeartbeatBuilder, body: Record<string, unknown>) {
  return assembler.assemble({ body, collectors: {}, warnings: [] }, config, guid, at);
}

test('HeartbeatBuilder says who sends the beat, when, and in which mode', () => {
  const { beat, warnings } = beatWith(new HeartbeatBuilder(), { hostname: 'nas', load: 1 });
  const { agent_version, ...rest } = beat;
  assert.match(agent_version ?? '', /^\d/);
  assert.deepEqual(rest, {
    server_guid: guid,
    server_id: 'nas-1',
    hostname: 'nas',
    timestamp: '2026-01-01T00:00:00.000Z',
    agent_mode: 'readonly',
  });
  assert.deepEqual(warnings, []);
});

test('HeartbeatBuilder leaves out a package that the hub would refuse, in each beat that has the list', () => {
  const assembler = new HeartbeatBuilder();
  const packages = [{ ...good, new_version: '' }, good];
  for (const _ of [1, 2]) {
    const { beat, warnings } = beatWith(assembler, { packages });
    assert.deepEqual(beat.packages, [good]);
    assert.deepEqual(warnings, [
      {
        code: 'element-left-out',
        text: 'Left out of the heartbeat, as the hub would reject all of it: packages',
      },
    ]);
  }
});

test('HeartbeatBuilder follows a list that changes, empties or goes', () => {
  const assembler = new HeartbeatBuilder();
  assert.deepEqual(beatWith(assembler, { packages: [good] }).beat.packages, [good]);
  assert.deepEqual(beatWith(assembler, { packages: [] }).beat.packages, []);
  assert.equal('packages' in beatWith(assembler, {}).beat, false);
  assert.deepEqual(beatWith(assembler, { packages: [good] }).beat.packages, [good]);
});
