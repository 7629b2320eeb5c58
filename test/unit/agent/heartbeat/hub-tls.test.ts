/** The hub behind TLS, as a homelab has it: a private authority, and certificates that have gone wrong. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { connectFor } from '../../../../agent/heartbeat/connect.ts';
import { Authority, type Certificate } from '../../../support/certificates.ts';
import { StandInHub } from '../../../support/hub.ts';
import { listening, port } from '../../../support/listening.ts';
import { beat, hubAt, never, ok, words } from './hub-rig.ts';

let directory = '';
let authority: Authority;
let stranger: Authority;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hub-tls-'));
  [authority, stranger] = await Promise.all([
    Authority.make(directory, 'authority'),
    Authority.make(directory, 'stranger'),
  ]);
});
after(() => rm(directory, { recursive: true }));

async function tlsHub(
  { certificate, key }: Certificate,
  handler: RequestListener = (_request, response) => response.end(ok),
  at = 0,
) {
  const [cert, secret] = await Promise.all([readFile(certificate), readFile(key)]);
  return await listening(createServer({ cert, key: secret }, handler), at);
}

function trust(hub_url: string, ca_file?: string) {
  return connectFor({ hub_url, ca_file });
}

test('TLS with a certificate of a private authority, which ca_file names', async () => {
  await using server = await tlsHub(await authority.sign('IP:127.0.0.1'));
  const url = `https://127.0.0.1:${port(server)}`;
  const connect = await trust(url, authority.file);
  assert.equal(words(await hubAt(url, { connect }).send(beat, never)), 'delivered');
});

test('a beat over TLS resumes the session of the last one, where the hub still knows it', async () => {
  const resumed: boolean[] = [];
  const certificate = await authority.sign('IP:127.0.0.1');
  const start = async (at = 0) =>
    await tlsHub(
      certificate,
      (request, response) => {
        resumed.push((request.socket as TLSSocket).isSessionReused());
        response.end(ok);
      },
      at,
    );
  const first = await start();
  const at = port(first);
  const url = `https://127.0.0.1:${at}`;
  const hub = hubAt(url, { connect: await trust(url, authority.file) });
  for (let beats = 0; beats < 2; beats++)
    assert.equal(words(await hub.send(beat, never)), 'delivered');
  await first[Symbol.asyncDispose]();
  // It has other keys now, and makes nothing of the old session.
  await using _ = await start(at);
  for (let beats = 0; beats < 2; beats++)
    assert.equal(words(await hub.send(beat, never)), 'delivered');
  assert.deepEqual(resumed, [false, true, false, true]);
});

test('TLS by name', async () => {
  await using server = await tlsHub(await authority.sign('DNS:localhost'));
  const url = `https://localhost:${port(server)}`;
  const connect = await trust(url, authority.file);
  assert.equal(words(await hubAt(url, { connect }).send(beat, never)), 'delivered');
});

test('TLS with a certificate of an untrusted issuer sends nothing', async () => {
  let requests = 0;
  await using server = await tlsHub(await authority.sign('IP:127.0.0.1'), (_, response) => {
    requests++;
    response.end(ok);
  });
  const url = `https://127.0.0.1:${port(server)}`;
  for (const connect of [await trust(url), await trust(url, stranger.file)]) {
    const outcome = await hubAt(url, { connect }).send(beat, never);
    assert.match(words(outcome), /^Untrusted certificate issuer at .*: set ca_file/);
  }
  assert.equal(requests, 0);
});

test('TLS with a certificate for another name', async () => {
  await using server = await tlsHub(await authority.sign('DNS:other.home.lan'));
  const url = `https://127.0.0.1:${port(server)}`;
  const outcome = await hubAt(url, { connect: await trust(url, authority.file) }).send(beat, never);
  assert.match(words(outcome), /is for another name/);
});

test('TLS with a certificate that has expired', async () => {
  await using server = await tlsHub(await authority.sign('IP:127.0.0.1', -1));
  const url = `https://127.0.0.1:${port(server)}`;
  const outcome = await hubAt(url, { connect: await trust(url, authority.file) }).send(beat, never);
  assert.match(words(outcome), /has expired/);
});

test('TLS to a port that speaks none, and the other way round', async () => {
  await using hub = await new StandInHub().start();
  const tlsUrl = hub.url.replace('http:', 'https:');
  const toPlain = await hubAt(tlsUrl, { connect: await trust(tlsUrl) }).send(beat, never);
  assert.match(words(toPlain), /does not speak TLS: set hub_url to http:\/\//);
  await using server = await tlsHub(await authority.sign('IP:127.0.0.1'));
  const toTls = await hubAt(`http://127.0.0.1:${port(server)}`).send(beat, never);
  assert.match(words(toTls), /set hub_url to https:\/\/ if it expects TLS/);
});
