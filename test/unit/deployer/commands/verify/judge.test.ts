import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { judge, type Verdict, type Wanted } from '../../../../../deployer/commands/verify/judge.ts';
import type { HubView } from '../../../../../deployer/hub/hub-view.ts';
import type { HostSettings } from '../../../../../deployer/inventory/settings/host-settings.ts';
import { settingsOf, VALID } from '../../inventory/settings-rig.ts';

const GUID = '8d7ad0a6-2c2c-4b52-9a3f-0f2f4b6c1a11';
const OTHER = '11111111-2222-4333-8444-555555555555';

suite('judge()', () => {
  let host: HostSettings;
  before(async () => {
    host = await settingsOf(`${VALID}  hosts: {nas-1: {homelab_agent_server_guid: ${GUID}}}\n`);
  });

  const row = (over: object = {}, age = 10): HubView => ({
    kind: 'known',
    age,
    server: {
      id: 'nas-1',
      status: 'online',
      last_seen: '2026-01-01T00:00:00',
      agent_version: '0.2.0',
      guid: GUID.toUpperCase(),
      is_inactive: false,
      ...over,
    },
  });
  const verdict = (view: HubView | undefined, over: Partial<Wanted> = {}): Verdict =>
    judge(host, view, { version: '0.2.0', refusal: undefined, since: null, ...over });

  test('is content with a recent beat of the wanted version', () => {
    assert.deepEqual(verdict(row()), {
      host: 'nas-1',
      server_id: 'nas-1',
      ok: true,
      hubSilent: false,
      says: 'online, version 0.2.0, last beat 10 s ago',
    });
  });

  test('is not content with an inactive server, an old beat, another version or no beat at all', () => {
    const said = [
      verdict(row({ is_inactive: true })),
      verdict(row({}, 181)),
      verdict(row({ agent_version: '0.1.0' })),
      verdict(row({ last_seen: null, status: 'unknown' }, Number.NaN)),
      verdict({ kind: 'unknown' }),
    ].map(({ ok, says }) => [ok, says.split(':')[0]]);
    assert.deepEqual(said, [
      [false, 'inactive, last beat 10 s ago'],
      [false, 'online, last beat 3 min ago'],
      [false, 'Expected version 0.2.0, found 0.1.0; last beat 10 s ago'],
      [false, 'unknown, never seen'],
      [false, 'the hub knows no server "nas-1"'],
    ]);
  });

  test('does not take the word online for it while the hub refuses the beats', () => {
    const refusal = { kind: 'refuses', reason: '401 Unauthorized', cause: 'unauthorized' } as const;
    const refused = verdict(row(), { refusal });
    assert.equal(refused.ok, false);
    assert.equal(refused.says, 'last beat 10 s ago; 401 Unauthorized');
    const conflict = verdict(row({ guid: OTHER }));
    assert.equal(conflict.ok, false);
    assert.match(conflict.says, new RegExp(`409.*${OTHER}`));
    assert.ok(verdict(row({ guid: null })).ok);
  });

  test('waits for a beat that is newer than the one before', () => {
    const since = '2026-01-01T00:00:00';
    assert.equal(verdict(row(), { since }).ok, false);
    assert.equal(verdict(row({ last_seen: '2026-01-01T00:01:00' }), { since }).ok, true);
    assert.equal(verdict(row(), { since: '' }).ok, true);
  });

  test('tells silence of the hub from an answer', () => {
    const reason = 'No answer';
    assert.equal(verdict({ kind: 'trouble', reason, answered: false }).hubSilent, true);
    assert.equal(verdict({ kind: 'trouble', reason, answered: true }).hubSilent, false);
  });
});
