import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API_KEY, flaws, HostileFleet } from '../../support/hostile/hostile-fleet.ts';
import { hostOf } from '../../support/hostile/hub-modes.ts';
import { SERVER_MODES } from '../../support/hostile/server-modes.ts';
import { StandInHub } from '../../support/hub.ts';
import { need } from '../../support/need.ts';

/** When the servers are at what they do, in milliseconds. */
const INTERRUPT_MS = 8_000;
/** Servers that say nothing or never end would be waited for as long as this. */
const TIMEOUT_MS = 40_000;

/** Those that change nothing: a change that has begun is finished. */
const COMMANDS = [
  ['status'],
  ['doctor'],
  ['push', '--all', '--check', '--diff'],
  ['rollback', '--all', '--check'],
  ['uninstall', '--all', '--check'],
];

test(
  'Ctrl-C ends what changes nothing, whatever hostile servers are at',
  need('ssh-keygen'),
  async () => {
    await using hub = await new StandInHub({ apiKey: API_KEY }).start();
    const hosts = Object.entries(SERVER_MODES).map(([name, mode]) => [hostOf(name), { mode }]);
    await using fleet = await HostileFleet.start(Object.fromEntries(hosts), hub.url);
    const forks = ['--forks', String(fleet.names.length)];
    for (const args of COMMANDS) {
      const limits = { timeoutMs: TIMEOUT_MS, interruptMs: INTERRUPT_MS };
      const run = await fleet.run([...args, ...forks], limits);
      assert.deepEqual([args[0], run.code, ...flaws(run)], [args[0], 130]);
    }
  },
);
