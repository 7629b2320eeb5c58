import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { openPrivateKey } from '../../../../deployer/ssh/keys/private-key.ts';

function pkcs8(kind: 'rsa' | 'ed25519'): string {
  const { privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

test('openPrivateKey() opens PKCS#8, which ssh2 itself does not', () => {
  assert.ok(!(openPrivateKey(pkcs8('rsa')) instanceof Error));
});

test('openPrivateKey() says what is wrong with a PKCS#8 key', () => {
  for (const text of [pkcs8('rsa').replace(/\n.{40}/, '\n'), pkcs8('ed25519')]) {
    const key = openPrivateKey(text);
    assert.ok(key instanceof Error);
    assert.match(key.message, /^Node cannot open it: \S/);
  }
});
