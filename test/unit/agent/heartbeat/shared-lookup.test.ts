import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect, type LookupFunction } from 'node:net';
import { test } from 'node:test';
import { connectFor } from '../../../../agent/heartbeat/connect.ts';
import { sharedLookup } from '../../../../agent/heartbeat/shared-lookup.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { listening, port } from '../../../support/listening.ts';
import { until } from '../../../support/until.ts';
import { beat, hubAt, never, ok, words } from './hub-rig.ts';

/** A name server that answers when it is asked to, and how often it was asked. */
function slowDns() {
  const asked: Parameters<LookupFunction>[2][] = [];
  const lookup = sharedLookup((_name, _options, callback) => void asked.push(callback));
  const answer = () => asked.at(-1)?.(null, [{ address: '127.0.0.1', family: 4 }]);
  return { asked, lookup, answer };
}

test('while no name server answers, the attempts of a night are one look-up', async () => {
  await using server = await listening(createServer((_, response) => response.end(ok)));
  const { asked, lookup, answer } = slowDns();
  const clock = new FakeClock();
  const hub = hubAt(`http://hub.home.lan:${port(server)}`, {
    clock,
    connect: address => connect({ ...address, lookup }),
  });
  for (let attempt = 0; attempt < 50; attempt++) {
    const sent = hub.send(beat, never);
    await until('the limit', () => clock.sleeping.includes(10_000));
    clock.advance(10_000);
    assert.match(words(await sent), /^No answer from hub\.home\.lan/);
  }
  assert.equal(asked.length, 1);
  const sent = hub.send(beat, never);
  await until('the limit', () => clock.sleeping.includes(10_000));
  answer();
  assert.equal(words(await sent), 'delivered');
  const next = hub.send(beat, never);
  await until('a new look-up', () => asked.length === 2);
  answer();
  assert.equal(words(await next), 'delivered');
});

test('a hub with a name is found', async () => {
  await using server = await listening(createServer((_, response) => response.end(ok)));
  const hub_url = `http://localhost:${port(server)}`;
  const hub = hubAt(hub_url, { connect: await connectFor({ hub_url }) });
  assert.equal(words(await hub.send(beat, never)), 'delivered');
});
