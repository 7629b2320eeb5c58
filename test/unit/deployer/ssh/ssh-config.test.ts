import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFileArgs } from '../../../../deployer/ssh/ask-ssh.ts';
import { parseProxyJump } from '../../../../deployer/ssh/node-ssh/jump-spec.ts';
import { parseSshConfig } from '../../../../deployer/ssh/ssh-config.ts';

/** Lines of `ssh -G`, OpenSSH 9.2. */
const TEXT = `host nas
user bob
hostname 10.0.0.5
port 2222
addressfamily inet6
identitiesonly yes
kbdinteractiveauthentication yes
passwordauthentication no
pubkeyauthentication true
stricthostkeychecking ask
hostkeyalgorithms ssh-ed25519,rsa-sha2-512
hostkeyalias the-nas
identityfile ~/.ssh/lab key
identityfile ~/.ssh/id_ed25519
globalknownhostsfile none
userknownhostsfile /tmp/a /root/b /tmp/c d
connecttimeout none
identityagent none
proxyjump user@[10.0.0.9]:2201,h2
`;

test('parseSshConfig() reads what ssh -G printed', () => {
  const config = parseSshConfig('nas', TEXT);
  assert.equal(config.hostname, '10.0.0.5');
  assert.equal(config.port, 2222);
  assert.equal(config.user, 'bob');
  assert.equal(config.addressFamily, 6);
  assert.equal(config.hostKeyAlias, 'the-nas');
  assert.equal(config.identitiesOnly, true);
  assert.equal(config.identityAgent, 'none');
  assert.deepEqual(
    [config.pubkey, config.password, config.keyboardInteractive],
    [true, false, true],
  );
  assert.deepEqual(config.identityFiles, ['~/.ssh/lab key', '~/.ssh/id_ed25519']);
  assert.deepEqual(config.hostKeyAlgorithms, ['ssh-ed25519', 'rsa-sha2-512']);
  assert.deepEqual(config.userKnownHostsFiles, ['/tmp/a', '/root/b', '/tmp/c d']);
  assert.deepEqual(config.globalKnownHostsFiles, []);
  assert.equal(config.proxyJump, 'user@[10.0.0.9]:2201,h2');
});

test('parseSshConfig() refuses unknown host keys unless the configuration takes new ones', () => {
  const policy = (value: string) =>
    parseSshConfig('nas', `stricthostkeychecking ${value}\n`).unknownHostKeys;
  assert.deepEqual(['ask', 'true', 'accept-new', 'false'].map(policy), [
    ...['refuse', 'refuse'],
    ...['accept-new', 'accept-new'],
  ]);
  assert.equal(parseSshConfig('nas', '').unknownHostKeys, 'refuse');
});

test('parseProxyJump() visits the last hop through those before it', () => {
  assert.deepEqual(parseProxyJump('user@[10.0.0.9]:2201,h2'), {
    hop: { host: 'h2', user: undefined, port: undefined },
    before: 'user@[10.0.0.9]:2201',
  });
  assert.deepEqual(parseProxyJump('ssh://bob@nas:22/').hop, { host: 'nas', user: 'bob', port: 22 });
  assert.deepEqual(parseProxyJump('[fe80::1]:2222').hop, {
    host: 'fe80::1',
    user: undefined,
    port: 2222,
  });
  assert.equal(parseProxyJump('2001:db8::1').hop.host, '2001:db8::1');
});

test('parseProxyJump() refuses an empty hop and a port out of range', () => {
  assert.throws(() => parseProxyJump('a,'), /found ""/);
  assert.throws(() => parseProxyJump('a:70000'), RangeError);
});

test('configFileArgs() finds the configuration file among the arguments', () => {
  const both = { sshArgsBefore: ['-p', '1'], sshArgs: ['-F', '/tmp/c', '-v'] };
  assert.deepEqual(configFileArgs(both), ['-F', '/tmp/c']);
  assert.deepEqual(configFileArgs({ sshArgs: ['-F/tmp/c'] }), ['-F/tmp/c']);
  assert.deepEqual(configFileArgs({ sshArgs: ['-p', '1'] }), []);
});
