import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  HostKeyRefused,
  LoginRefused,
  Unreachable,
} from '../../../../deployer/remote/transport/errors.ts';
import { NodeSshTransport } from '../../../../deployer/remote/transport/node-ssh-transport.ts';
import { SshLab } from './ssh-lab.ts';

/** A server and two jump hosts, each an sshd of its own, named in the OpenSSH configuration. */
async function threeServers(lab: SshLab) {
  const [server, inner, outer] = [await lab.sshd(), await lab.sshd(), await lab.sshd()];
  const host = (name: string, port: number, more = '') =>
    `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  User root\n  IdentityFile ${lab.path('id')}\n${more}`;
  await lab.configure(
    [
      host('nas-1', server.port, '  ProxyJump inner\n'),
      host('nas-2', server.port, '  ProxyJump outer,inner\n'),
      host('inner', inner.port),
      host('outer', outer.port),
    ].join('\n'),
  );
  const transport = new NodeSshTransport(lab.deps());
  const target = (name: string) => lab.target({ name, host: undefined, user: undefined });
  return { server, inner, outer, transport, target };
}

const connections = (log: string): number => log.match(/^Accepted publickey/gm)?.length ?? 0;

test('connect() goes through a ProxyJump host and closes it after the last server behind it', async () => {
  await using lab = await SshLab.open();
  const { inner, transport, target } = await threeServers(lab);
  const both = await Promise.all([0, 1].map(() => transport.connect(target('nas-1'))));
  for (const connection of both) {
    assert.equal((await connection.exec('echo in')).stdout, 'in\n');
  }
  assert.equal(connections(inner.log), 1);
  await Promise.all(both.map(connection => connection.close()));
  await inner.logged(/Disconnected from user|Received disconnect/);
});

test('connect() goes through two hosts in order', async () => {
  await using lab = await SshLab.open();
  const { inner, outer, transport, target } = await threeServers(lab);
  const connection = await transport.connect(target('nas-2'));
  const big = Buffer.alloc(3_000_000);
  assert.equal((await connection.exec('wc -c', { stdin: big })).stdout.trim(), '3000000');
  await connection.close();
  assert.deepEqual([connections(outer.log), connections(inner.log)], [1, 1]);
});

test('connect() refuses a jump host whose key is not known, although the server behind it is', async () => {
  await using lab = await SshLab.open();
  const { inner, server, transport, target } = await threeServers(lab);
  await lab.forget();
  await lab.trust(`[127.0.0.1]:${server.port} ${await lab.publicKey(`host-${server.port}`)}`);
  await assert.rejects(transport.connect(target('nas-1')), error => {
    assert.ok(error instanceof HostKeyRefused);
    assert.match(
      error.message,
      /^nas-1 is behind the jump host inner: The host key of inner \(127/,
    );
    assert.equal(error.host, 'nas-1');
    return true;
  });
  assert.equal(connections(inner.log), 0);
});

test('connect() refuses the server behind a jump host by its own key', async () => {
  await using lab = await SshLab.open();
  const { inner, transport, target } = await threeServers(lab);
  await lab.forget();
  await lab.trust(`[127.0.0.1]:${inner.port} ${await lab.publicKey(`host-${inner.port}`)}`);
  await assert.rejects(transport.connect(target('nas-1')), error => {
    assert.ok(error instanceof HostKeyRefused);
    assert.match(error.message, /^The host key of nas-1 \(127/);
    return true;
  });
  await inner.logged(/Disconnected from user|Received disconnect/);
});

test('connect() tells a jump host that is down, one that refuses the login, and one that may not forward', async () => {
  await using lab = await SshLab.open();
  const { server } = await threeServers(lab);
  const strict = await lab.sshd({ config: ['AllowTcpForwarding no'] });
  const host = (name: string, jump: string) =>
    `Host ${name}\n  HostName 127.0.0.1\n  Port ${server.port}\n  ProxyJump ${jump}\n`;
  await lab.configure(
    [
      host('down', 'root@127.0.0.1:1'),
      host('stranger', `nobody-here@127.0.0.1:${strict.port}`),
      host('walled', `root@127.0.0.1:${strict.port}`),
    ].join('\n'),
  );
  const transport = new NodeSshTransport(lab.deps());
  const fails = async (name: string, kind: typeof Unreachable, pattern: RegExp) =>
    assert.rejects(transport.connect(lab.target({ name, host: undefined })), error => {
      assert.ok(error instanceof kind, String(error));
      assert.match(error.message, pattern);
      return true;
    });
  await fails('down', Unreachable, /^down is behind the jump host 127.0.0.1: .*refused the conn/);
  await fails('stranger', LoginRefused, /^stranger is behind .*refused the login of nobody-here/);
  await fails('walled', Unreachable, /^walled is behind .*would not open another channel/);
});

test('connect() ends a ProxyJump that leads back to itself', async () => {
  await using lab = await SshLab.open();
  await lab.configure('Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n');
  const transport = new NodeSshTransport(lab.deps());
  const target = lab.target({ name: 'a', host: undefined });
  await assert.rejects(transport.connect(target), /goes round in circles/);
});

test('connect() runs a ProxyCommand with its tokens filled in, and ends it with the connection', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd();
  const relay = lab.path('relay.mjs');
  await lab.write(
    'relay.mjs',
    `import { connect } from 'node:net';
     import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(`${relay}.pid`)}, String(process.pid));
     const socket = connect(Number(process.argv[3]), process.argv[2]);
     process.stdin.pipe(socket).pipe(process.stdout);\n`,
  );
  await lab.configure(`Host *\n  ProxyCommand ${process.execPath} ${relay} %h %p`);
  const transport = new NodeSshTransport(lab.deps());
  const connection = await transport.connect(lab.target({ port: sshd.port }));
  assert.equal((await connection.exec('echo in')).stdout, 'in\n');
  await connection.close();
  const pid = Number(await lab.read('relay.mjs.pid'));
  await lab.until(() => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
});

test('connect() throws Unreachable when the ProxyCommand does not exist', async () => {
  await using lab = await SshLab.open();
  await lab.configure('Host *\n  ProxyCommand /no/such/command %h %p');
  const transport = new NodeSshTransport(lab.deps());
  await assert.rejects(transport.connect(lab.target()), error => {
    assert.ok(error instanceof Unreachable);
    assert.match(error.message, /ProxyCommand .*\/no\/such\/command/);
    return true;
  });
});
