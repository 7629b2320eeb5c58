import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import {
  checkDeletion,
  confirmDeletion,
  deleteOnHub,
} from '../../../../deployer/commands/leave-hub.ts';
import { blankResult } from '../../../../deployer/run/result.ts';
import { StandInHub } from '../../../support/hub.ts';
import { testContext } from '../../../support/test-context.ts';
import { settingsOf } from '../inventory/settings-rig.ts';

const host = (url: string, name = 'pi-3') =>
  settingsOf(
    `all: {hosts: {${name}: }, vars: {homelab_agent_hub_url: "${url}", homelab_agent_api_key: test-key}}\n`,
  );

test('a server is deleted on the hub only after its name was typed', async () => {
  const fleet = [await host('http://hub:8080')];
  const typing = async (text: string): Promise<boolean> => {
    const terminal = () => Object.assign(new PassThrough(), { isTTY: true });
    const stdin = terminal();
    stdin.write(`${text}\n`);
    return await confirmDeletion(testContext({ stdin, stderr: terminal() }), fleet);
  };
  assert.equal(await typing('pi-3'), true);
  assert.equal(await typing('yes'), false);
  assert.equal(await typing(''), false);
  await assert.rejects(confirmDeletion(testContext(), fleet), /Expected a terminal/);
});

test('only servers from which the agent is gone are deleted on the hub', async () => {
  await using hub = await new StandInHub().start();
  for (const id of ['pi-1', 'pi-2']) hub.registry.create(id, id, null);
  const fleet = await Promise.all(['pi-1', 'pi-2', 'pi-3'].map(name => host(hub.url, name)));
  const results = [
    { ...blankResult('pi-1'), outcome: 'changed' as const },
    { ...blankResult('pi-2'), outcome: 'unreachable' as const },
    { ...blankResult('pi-3'), outcome: 'unchanged' as const },
  ];
  const { signal } = new AbortController();
  const deleted = await deleteOnHub(fleet, results, signal);
  assert.deepEqual(
    deleted.map(({ outcome, changes, reason }) => [outcome, reason, ...changes]),
    [
      ['changed', 'Deleted on the hub', 'deleted on the hub'],
      ['unreachable', null],
      ['unchanged', 'Unknown to the hub', 'unknown to the hub'],
    ],
  );
  assert.deepEqual(
    hub.registry.all().map(({ id }) => id),
    ['pi-2'],
  );
});

test('a check names what would be deleted on the hub, and deletes nothing', async () => {
  await using hub = await new StandInHub().start();
  hub.registry.create('pi-1', 'pi-1', null);
  const fleet = [await host(hub.url, 'pi-1')];
  const results = [{ ...blankResult('pi-1'), outcome: 'unchanged' as const }];
  const [checked] = checkDeletion(fleet, results, new AbortController().signal);
  assert.equal(checked?.outcome, 'changed');
  assert.match(checked?.changes.join() ?? '', /^pi-1 deleted on the hub, with its history/);
  assert.equal(hub.registry.all().length, 1);
});
