import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { type AgentCredential, checkHub } from '../../../../deployer/hub/check-hub.ts';
import type { HubClientOptions } from '../../../../deployer/hub/hub-client.ts';
import { Authority } from '../../../support/certificates.ts';
import { StandInHub } from '../../../support/hub.ts';
import { listening, port } from '../../../support/listening.ts';

const GUID = '8d7ad0a6-2c2c-4b52-9a3f-0f2f4b6c1a11';
const settings = { hubUrl: 'URL', caFile: 'CA', serverGuid: 'GUID', credential: 'KEY' };

/** What checkHub() says, and why. */
async function check(
  url: string,
  credential: AgentCredential = { key: 'test-key' },
  more: Partial<HubClientOptions> = {},
): Promise<{ kind: string; reason: string }> {
  const { signal } = new AbortController();
  const result = await checkHub(url, credential, { settings, timeoutMs: 3_000, signal, ...more });
  return { reason: '', ...result };
}

/** A server that answers everything so, and is not the hub. */
async function asking(answer: RequestListener): Promise<{ kind: string; reason: string }> {
  await using server = await listening(createServer(answer));
  return await check(`http://127.0.0.1:${port(server)}`);
}

suite('checkHub()', () => {
  let hub: StandInHub;
  before(async () => {
    hub = await new StandInHub({ tokens: { [GUID]: 'token' } }).start();
  });
  after(() => hub.stop());

  test('is accepted with the right key or the right token, and registers nothing', async () => {
    assert.deepEqual(await check(hub.url), { kind: 'accepts', reason: '' });
    assert.equal((await check(`${hub.url}/`)).kind, 'accepts');
    assert.equal((await check(hub.url, { token: 'token', guid: GUID })).kind, 'accepts');
    assert.deepEqual(hub.beats, []);
    assert.deepEqual(hub.registry.all(), []);
  });

  test('is refused by the hub itself with a wrong key or token', async () => {
    const wrong = await check(hub.url, { key: 'mistyped' });
    assert.equal(wrong.kind, 'refuses');
    assert.match(wrong.reason, /^401 Unauthorized: "Invalid or missing auth.*does not accept KEY/);
    assert.equal((await check(hub.url, { token: 'old', guid: GUID })).kind, 'refuses');
  });

  test('is refused at a wrong path or scheme of the hub, with the address where it answers', async () => {
    const path = await check(`${hub.url}/api`);
    assert.equal(path.kind, 'refuses');
    assert.ok(path.reason.endsWith(`the hub answers at ${hub.url}, set URL to that`), path.reason);
    const scheme = await check(hub.url.replace('http:', 'https:'));
    assert.equal(scheme.kind, 'refuses');
    assert.match(scheme.reason, /does not speak TLS.*the hub answers at http:/);
  });

  test('is not sure of a 401 that is not the hub’s, of a page, of an error and of silence', async () => {
    const login = await asking((_, response) => response.writeHead(401).end('Log in'));
    assert.equal(login.kind, 'unsure');
    const page = await asking((_, response) => response.end('<!doctype html>'));
    assert.equal(page.kind, 'unsure');
    assert.match(page.reason, /not the hub's reply/);
    const error = await asking((_, response) => response.writeHead(502).end());
    assert.equal(error.kind, 'unsure');
    assert.equal((await check('http://127.0.0.1:1')).kind, 'unsure');
    assert.equal((await check('http://hub.invalid:8080')).kind, 'unsure');
  });

  test('follows no redirect, and says where the hub answers', async () => {
    const redirected = await asking((_, response) => {
      response.writeHead(308, { location: `${hub.url}/` }).end();
    });
    assert.equal(redirected.kind, 'unsure');
    assert.match(redirected.reason, /308: redirected to/);
  });
});

suite('checkHub() with TLS', () => {
  let directory: string;
  let authority: Authority;
  let hub: StandInHub;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'check-hub-'));
    authority = await Authority.make(directory, 'authority');
    const { certificate, key } = await authority.sign('IP:127.0.0.1');
    const tls = { cert: await readFile(certificate), key: await readFile(key) };
    hub = await new StandInHub({ tls }).start();
  });
  after(async () => {
    await hub.stop();
    await rm(directory, { recursive: true });
  });

  test('is accepted by a private authority’s hub with its certificate, and unsure without', async () => {
    const ca = { file: authority.file };
    assert.equal((await check(hub.url, undefined, { ca })).kind, 'accepts');
    const without = await check(hub.url);
    assert.equal(without.kind, 'unsure');
    assert.match(without.reason, /Untrusted certificate issuer.*set CA/);
  });

  test('is refused over http by a hub that speaks TLS, and sends it the credential no second time', async () => {
    hub.forget();
    const plain = await check(hub.url.replace('https:', 'http:'));
    assert.equal(plain.kind, 'refuses');
    assert.ok(plain.reason.includes(`the hub answers at ${hub.url}`), plain.reason);
    assert.deepEqual(hub.requests, []);
  });
});
