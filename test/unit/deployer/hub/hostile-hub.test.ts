import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plainLines } from '../../../../agent/contract/plain-text.ts';
import { askHub } from '../../../../deployer/hub/ask-hub.ts';
import { checkHub } from '../../../../deployer/hub/check-hub.ts';
import { hubSettings } from '../../../../deployer/hub/hub-access.ts';
import { HubAdmin } from '../../../../deployer/hub/hub-admin.ts';
import { HubError } from '../../../../deployer/hub/hub-client.ts';
import { UserError } from '../../../../deployer/lib/errors.ts';
import { HUB_MODES, startHostileHub } from '../../../support/hostile/hub-modes.ts';
import { agentFor } from '../run/push-rig.ts';

const GUID = '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0';
const never = new AbortController().signal;

/** Every question to a hub. */
const QUESTIONS: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  'the servers': url => askHub(url, 'key', { timeoutMs: 3000, signal: never, keyName: 'x' }),
  'a heartbeat': url =>
    checkHub(url, { key: 'key' }, { timeoutMs: 3000, settings: hubSettings('x'), signal: never }),
  'a first token': url => admin(url).claim(agentFor('nas-1'), 'nas-1'),
  'another token': url => admin(url).rotate(GUID),
  'the end of a token': url => admin(url).revoke(GUID),
  'whether there is a token': url => admin(url).hasToken(GUID),
  'the end of a server': url => admin(url).deleteServer('nas-1'),
};

function admin(hub_url: string): HubAdmin {
  const { config } = agentFor('nas-1', { hub_url });
  return new HubAdmin({ config, hub: {} }, never);
}

describe('a hostile hub', { concurrency: Object.keys(HUB_MODES).length }, () => {
  for (const [name, mode] of Object.entries(HUB_MODES)) {
    it(`a hub that answers with ${name} gives no token, and an error of few plain words`, async () => {
      await using hub = await startHostileHub(mode);
      await Promise.all(
        Object.entries(QUESTIONS).map(async ([what, ask]) => {
          const answer = await ask(hub.url).catch((error: unknown) => error);
          if (/token$/.test(what))
            assert.ok(answer instanceof Error || typeof answer === 'boolean', what);
          if (!(answer instanceof Error)) return;
          assert.ok(
            answer instanceof HubError || answer instanceof UserError,
            `${what}: ${answer.stack}`,
          );
          assert.equal(plainLines(answer.message), answer.message);
          assert.ok(answer.message.length < 3000, answer.message.slice(0, 4000));
        }),
      );
    });
  }
});
