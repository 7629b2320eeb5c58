import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainConflicts } from '../../../../deployer/commands/explain-conflicts.ts';
import { blankResult } from '../../../../deployer/run/result.ts';
import { StandInHub } from '../../../support/hub.ts';
import { testContext } from '../../../support/test-context.ts';
import { settingsOf } from '../inventory/settings-rig.ts';

const GUID = '8d7ad0a6-2c2c-4b52-9a3f-0f2f4b6c1a11';

test('a 409 comes with the GUID that the hub knows, and no other answer does', async () => {
  await using hub = await new StandInHub().start();
  const vars = `homelab_agent_hub_url: "${hub.url}", homelab_agent_api_key: test-key`;
  const host = (name: string) => settingsOf(`all: {hosts: {${name}: }, vars: {${vars}}}\n`);
  hub.registry.create('nas-1', 'nas-1', GUID);
  hub.registry.create('nas-2', 'nas-2', 'homelab_agent_mode: readwrite');
  hub.registry.create('nas-3', 'nas-3', GUID.replace('8', '9'));
  const fleet = await Promise.all(['nas-1', 'nas-2', 'nas-3'].map(host));
  const result = (name: string, cause: string) => ({
    ...blankResult(name),
    reason: 'Refused',
    beat: { answer: 'refused', reason: 'Refused', cause, at: null } as const,
  });
  const results = [
    result('nas-1', 'conflict'),
    result('nas-2', 'conflict'),
    result('nas-3', 'unauthorized'),
  ];
  const explained = await explainConflicts(testContext(), fleet, results);
  assert.deepEqual(
    explained.map(({ reason }) => reason),
    [
      `Refused\nThe hub knows it by this GUID: set homelab_agent_server_guid: ${GUID}`,
      'Refused',
      'Refused',
    ],
  );
});
