import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubErrorWords } from '../../../../agent/contract/hub-errors.ts';
import { causeOfReply } from '../../../../agent/contract/hub-reply.ts';
import { causeOfError } from '../../../../agent/contract/network-errors.ts';

const settings = {
  hubUrl: 'homelab_agent_hub_url',
  caFile: 'homelab_agent_ca_file',
  serverGuid: 'homelab_agent_server_guid',
  credential: 'homelab_agent_api_key',
};
const url = new URL('http://hub.lan:8080/api/v1/servers');

function ofError(error: unknown, at = url): string {
  const { cause, code } = causeOfError(error);
  return hubErrorWords(cause, { url: at, settings, code });
}

function ofReply(status: number, body: string, headers: Record<string, string> = {}): string {
  const reply = { status, headers, body };
  return hubErrorWords(causeOfReply(reply), { url, settings, reply });
}

for (const [code, expected] of [
  ['ECONNREFUSED', /^Connection refused by hub\.lan:8080: .* homelab_agent_hub_url/],
  ['ENOTFOUND', /^Unknown host name hub\.lan: /],
  ['EAI_AGAIN', /^No DNS server answers for hub\.lan/],
  ['EHOSTUNREACH', /^No route to hub\.lan/],
  ['ETIMEDOUT', /^No answer from hub\.lan:8080 in time/],
  ['EPIPE', /closed the connection without a whole reply/],
  ['CERT_HAS_EXPIRED', /has expired: renew it/],
  ['CERT_NOT_YET_VALID', /not valid yet: check the clock/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name: set homelab_agent_hub_url/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /^Untrusted certificate issuer .* set homelab_agent_ca_file/],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', /^No TLS connection to hub\.lan:8080/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS: set homelab_agent_hub_url to http:\/\//],
  ['HPE_INVALID_CONSTANT', /does not answer in HTTP/],
  ['HPE_HEADER_OVERFLOW', /too large to be the hub's/],
  ['EMFILE', /^Cannot connect to hub\.lan:8080/],
] as const) {
  test(`${code} is reported in words, and by its name`, () => {
    const words = ofError(Object.assign(new Error('x'), { code }));
    assert.match(words, expected);
    assert.ok(words.endsWith(` (${code})`), words);
  });
}

test('the code of an error is found in what it was made of, the first address before the others', () => {
  const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
  const unreachable = Object.assign(new Error('x'), { code: 'ENETUNREACH' });
  assert.equal(causeOfError(new AggregateError([unreachable, refused])).cause, 'unreachable');
  assert.equal(causeOfError(new Error('x', { cause: refused })).cause, 'refused-connection');
});

test('an error without a code is reported by its message, on one line and short', () => {
  const words = ofError(new Error(`A\n\x1b[2Jnew ${'error '.repeat(100)}`));
  assert.match(words, /\(A \\u001b\[2Jnew error [^\n]*\)$/);
  assert.ok(words.length < 400);
});

test('https:// is proposed only where http:// was asked', () => {
  const reset = Object.assign(new Error('x'), { code: 'ECONNRESET' });
  assert.match(ofError(reset), /to https:\/\/ if it expects TLS/);
  assert.doesNotMatch(ofError(reset, new URL('https://hub.lan/')), /https:\/\//);
});

for (const body of [
  '<center>The plain HTTP request was sent to HTTPS port</center>',
  "Reason: You're speaking plain HTTP to an SSL-enabled server port.",
  'Client sent an HTTP request to an HTTPS server.\n',
]) {
  test(`http:// to a TLS port is reported, as in ${JSON.stringify(body.slice(0, 40))}`, () => {
    const expected = 'hub.lan:8080 expects TLS: set homelab_agent_hub_url to https://';
    assert.equal(ofReply(400, body, { 'content-type': 'text/html' }), expected);
  });
}

test("each reply is reported by its status, the hub's text and the setting to change", () => {
  const refusal = JSON.stringify({ detail: { code: 'X', message: 'No "key"' } });
  assert.match(
    ofReply(401, refusal),
    /^401 Unauthorized: "No \\"key\\""\. The hub does not accept homelab_agent_api_key: set /,
  );
  assert.match(ofReply(409, refusal), /set homelab_agent_server_guid to that one/);
  assert.match(
    ofReply(302, '', { location: '/x' }),
    /^302: redirected to "\/x", not followed\. Set /,
  );
  assert.match(ofReply(304, ''), /^304: redirected, not followed/);
  assert.match(
    ofReply(422, '{"detail":"no list"}'),
    /^Unexpected reply, 422 with no type: "no list"/,
  );
  assert.match(ofReply(429, ''), /^Unexpected reply, 429 with no type: look at the log/);
  assert.match(ofReply(503, '', { 'content-type': 'text/plain' }), /^503 with text\/plain: look/);
});

test('a 422 names the first five places, without the leading body', () => {
  const problem = { loc: ['body', 'filesystems', 2, 'percent'], msg: 'Too much' };
  const words = ofReply(422, JSON.stringify({ detail: Array(7).fill(problem) }));
  assert.match(
    words,
    /^422 Unprocessable: (filesystems\.2\.percent: "Too much"(, | and )){5}2 more\./,
  );
});

test('what a stranger answers reaches a terminal without control characters, and cut', () => {
  const evil = '\x1b]52;c;ZXZpbA\x07\x9b2J\u202e\u200b\r';
  const said = JSON.stringify({ detail: evil.repeat(100) });
  const list = JSON.stringify({ detail: [{ loc: [evil], msg: evil }] });
  for (const words of [
    ofReply(401, said),
    ofReply(422, list),
    ofReply(302, '', { location: evil }),
    ofReply(500, '', { 'content-type': evil }),
    ofError(new Error(evil)),
  ]) {
    assert.doesNotMatch(words, /[\p{Cc}\p{Cf}]/u);
    assert.ok(words.length < 5_000, `${words.length}`);
  }
});
