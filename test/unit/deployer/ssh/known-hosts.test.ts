import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprint, hostKey, rsaBits } from '../../../../deployer/ssh/host-keys/host-key.ts';
import {
  addressConflict,
  judgeHostKey,
} from '../../../../deployer/ssh/host-keys/judge-host-key.ts';
import {
  type KnownHost,
  type KnownKey,
  knownName,
  parseKnownKeys,
} from '../../../../deployer/ssh/host-keys/known-hosts.ts';
import { knownHostsLine } from '../../../../deployer/ssh/host-keys/remember-host-key.ts';
import { chooseAlgorithms } from '../../../../deployer/ssh/node-ssh/algorithms.ts';
import { parseSshConfig } from '../../../../deployer/ssh/ssh-config.ts';

const ED25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIElTUklGisOK/p0cYWRvg0ebxJJ4+h7QFNtK19UoVYFq';
const CONFIG = parseSshConfig('nas', 'hostname 10.0.0.5\nport 2222\nstricthostkeychecking ask\n');
const KEY = hostKey(Buffer.from(ED25519, 'base64'));

/** `ssh-keygen -F nas -f known_hosts`, OpenSSH 9.2. */
const FOUND = `# Host nas found: line 1
nas ssh-ed25519 ${ED25519} a comment
# Host nas found: line 3 REVOKED
@revoked nas ssh-ed25519 ${ED25519}
# Host nas found: line 4 CA
@cert-authority *.lab,nas ssh-ed25519 ${ED25519}
`;

test('parseKnownKeys() reads keys with their lines and markers', () => {
  const keys = parseKnownKeys(FOUND, '/k');
  assert.deepEqual(
    keys.map(({ type, marker, line, file }) => [type, marker, line, file]),
    [
      ['ssh-ed25519', 'none', 1, '/k'],
      ['ssh-ed25519', 'revoked', 3, '/k'],
      ['ssh-ed25519', 'ca', 4, '/k'],
    ],
  );
  assert.deepEqual(parseKnownKeys('', '/k'), []);
});

test('fingerprint() is the one that ssh-keygen -l shows', () => {
  assert.equal(fingerprint(KEY), 'SHA256:3aHPBM5BVaHcXtTtrlJXmoUyMs+AlsX1MdrsPcd2Gc8');
});

test('hostKey() takes no type from a blob that does not hold one', () => {
  assert.equal(hostKey(Buffer.alloc(0)).type, 'unknown');
  assert.equal(hostKey(Buffer.from([255, 255, 255, 255, 1])).type, 'unknown');
});

test('knownName() has the port only where it is not 22, and never with an alias', () => {
  const name = (text: string) => knownName(parseSshConfig('NAS', text));
  assert.equal(name('hostname NAS.lan\nport 22\n'), 'nas.lan');
  assert.equal(name('hostname ::1\nport 2222\n'), '[::1]:2222');
  assert.equal(name('hostname nas\nport 2222\nhostkeyalias The-NAS\n'), 'the-nas');
});

test('judgeHostKey() takes a revoked key for revoked though another line trusts it', () => {
  const verdict = judgeHostKey(CONFIG, known({ keys: parseKnownKeys(FOUND, '/k') }), KEY);
  assert.equal(verdict.verdict, 'refused');
});

test('judgeHostKey() accepts a match under the name without the port, and ignores a mismatch there', () => {
  const same = known({ withoutPort: [entry(ED25519)] });
  assert.equal(judgeHostKey(CONFIG, same, KEY).verdict, 'known');
  const other = known({ withoutPort: [entry('AAAAC3NzaC1lZDI1NTE5AAAAIAAA')] });
  const accepting = { ...CONFIG, unknownHostKeys: 'accept-new' } as const;
  assert.equal(judgeHostKey(accepting, other, KEY).verdict, 'new');
});

test('judgeHostKey() refuses a changed key even where new ones are accepted', () => {
  const changed = known({ keys: [entry('AAAAC3NzaC1lZDI1NTE5AAAAIAAA')] });
  const accepting = { ...CONFIG, unknownHostKeys: 'accept-new' } as const;
  assert.equal(judgeHostKey(accepting, changed, KEY).verdict, 'refused');
});

test('chooseAlgorithms() asks first for the kind of key that is known', () => {
  const rsa = known({ keys: [{ ...entry(ED25519), type: 'ssh-rsa' }] });
  const { serverHostKey } = chooseAlgorithms(CONFIG, rsa) ?? {};
  assert.deepEqual(Array.isArray(serverHostKey) && serverHostKey.slice(0, 3), [
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ssh-rsa',
  ]);
});

test('chooseAlgorithms() offers what the configuration allows, and nothing where ssh2 knows none of it', () => {
  const allowed = {
    ...CONFIG,
    ciphers: ['aes256-ctr', 'twofish'],
    hostKeyAlgorithms: ['ssh-ed25519'],
  };
  assert.deepEqual(chooseAlgorithms(allowed, known({}))?.cipher, ['aes256-ctr']);
  assert.deepEqual(chooseAlgorithms(allowed, known({}))?.serverHostKey, ['ssh-ed25519']);
  const modern = { ...CONFIG, kexAlgorithms: ['mlkem768x25519-sha256'] };
  assert.equal(chooseAlgorithms(modern, known({})), undefined);
});

test('knownHostsLine() hashes the name as OpenSSH does', () => {
  assert.equal(knownHostsLine('nas', KEY, undefined), `nas ssh-ed25519 ${ED25519}\n`);
  const salt = Buffer.alloc(20, 1);
  assert.equal(
    knownHostsLine('nas', KEY, salt).split(' ')[0],
    '|1|AQEBAQEBAQEBAQEBAQEBAQEBAQE=|GBmxggFu3MirH9jiUhZGNWB/FgY=',
  );
});

function entry(base64: string): KnownKey {
  return { ...hostKey(Buffer.from(base64, 'base64')), marker: 'none', file: '/k', line: 1 };
}

function known(more: Partial<KnownHost>): KnownHost {
  return { name: '[10.0.0.5]:2222', keys: [], withoutPort: [], files: ['/k'], ...more };
}

test('addressConflict() refuses what OpenSSH refuses with CheckHostIP', () => {
  const other = hostKey(Buffer.concat([KEY.blob.subarray(0, -1), Buffer.from([0])]));
  const rsa = hostKey(Buffer.from('AAAAB3NzaC1yc2EAAAADAQABAAAAAQ8=', 'base64'));
  const knows = (...keys: KnownKey[]): KnownHost => ({
    ...{ name: '[10.0.0.5]:2222', keys, withoutPort: [], files: [] },
  });
  const entry = (key: typeof KEY, marker: KnownKey['marker'] = 'none'): KnownKey => ({
    ...{ ...key, marker, file: '/k', line: 1 },
  });
  const lax = { ...CONFIG, unknownHostKeys: 'accept-new' } as const;
  assert.match(
    addressConflict(CONFIG, knows(entry(other)), KEY) ?? '',
    /another is known for its ad/,
  );
  assert.equal(addressConflict(lax, knows(entry(other)), KEY), undefined);
  assert.match(addressConflict(lax, knows(entry(KEY, 'revoked')), KEY) ?? '', /revoked/);
  for (const fine of [[], [entry(KEY)], [entry(other), entry(KEY)], [entry(rsa)]]) {
    assert.equal(addressConflict(CONFIG, knows(...fine), KEY), undefined);
  }
});

test('judgeHostKey() refuses an RSA key that RequiredRSASize calls too small, known or not', () => {
  const blob = (bits: number): Buffer => {
    const modulus = Buffer.alloc(bits / 8 + 1, 0xff);
    modulus[0] = 0;
    const part = (bytes: Buffer): Buffer[] => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    };
    return Buffer.concat([
      ...part(Buffer.from('ssh-rsa')),
      ...part(Buffer.from([1, 0, 1])),
      ...part(modulus),
    ]);
  };
  const small = hostKey(blob(2048));
  assert.deepEqual(
    [rsaBits(small), rsaBits(hostKey(blob(3072))), rsaBits(KEY)],
    [2048, 3072, undefined],
  );
  const key = { ...small, marker: 'none', file: '/k', line: 1 } as const;
  const known = { name: 'nas', keys: [key], withoutPort: [], files: [] };
  const strict = { ...CONFIG, requiredRsaSize: 3072 };
  assert.equal(judgeHostKey(CONFIG, known, small).verdict, 'known');
  assert.equal(judgeHostKey(strict, known, small).verdict, 'refused');
});

test('chooseAlgorithms() leaves out ciphers that would need a MAC that the configuration forbids', () => {
  const config = { ...CONFIG, macs: ['umac-64@openssh.com'] };
  const known = { name: 'nas', keys: [], withoutPort: [], files: [] };
  const ciphers = chooseAlgorithms(config, known)?.cipher;
  assert.ok(Array.isArray(ciphers) && ciphers.length > 0);
  assert.ok(
    ciphers.every(name => /gcm|poly1305/.test(name)),
    String(ciphers),
  );
});
