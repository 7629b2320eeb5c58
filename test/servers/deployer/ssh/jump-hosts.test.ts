import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import {
  ConnectionLost,
  HostKeyRefused,
  LoginRefused,
  SetupRefused,
  Unreachable,
} from '../../../../deployer/ssh/errors.ts';
import { type Bench, onEach, only, refusedBy } from '../../../support/ssh/on-each.ts';

const ME = userInfo().username;

/** A server and two jump hosts, each an sshd of its own, named in the OpenSSH configuration. */
async function threeServers({ lab, transport: make }: Bench) {
  const [server, inner, outer] = [await lab.sshd(), await lab.sshd(), await lab.sshd()];
  const host = (name: string, port: number, more = '') =>
    `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  User ${ME}\n  IdentityFile ${lab.path('id')}\n${more}`;
  await lab.configure(
    [
      host('nas-1', server.port, '  ProxyJump inner\n'),
      host('nas-2', server.port, '  ProxyJump outer,inner\n'),
      host('inner', inner.port),
      host('outer', outer.port),
    ].join('\n'),
  );
  const transport = make();
  const connect = async (name: string) => {
    const target = lab.target({ name, host: undefined, user: undefined });
    const connection = await transport.connect(target);
    lab.defer(() => connection.close());
    return connection;
  };
  return { server, inner, outer, connect };
}

const connections = (log: string): number => log.match(/^Accepted publickey/gm)?.length ?? 0;

onEach(
  'connect() goes through a ProxyJump host and closes it after the last server behind it',
  async bench => {
    const { inner, connect } = await threeServers(bench);
    const both = await Promise.all([connect('nas-1'), connect('nas-1')]);
    for (const connection of both) {
      assert.equal((await connection.exec('echo in')).stdout, 'in\n');
    }
    // ssh goes through the jump host once for each server; node-ssh shares one connection.
    assert.equal(connections(inner.log), bench.kind === 'node-ssh' ? 1 : 2);
    await Promise.all(both.map(connection => connection.close()));
    await inner.logged(/Disconnected from user|Received disconnect/);
  },
);

onEach('connect() goes through two hosts in order', async bench => {
  const { inner, outer, connect } = await threeServers(bench);
  const connection = await connect('nas-2');
  const big = Buffer.alloc(3_000_000);
  assert.equal((await connection.exec('wc -c', { stdin: big })).stdout.trim(), '3000000');
  await connection.close();
  assert.deepEqual([connections(outer.log), connections(inner.log)], [1, 1]);
});

onEach(
  'connect() refuses a jump host whose key is not known, although the server behind it is',
  async bench => {
    const { lab } = bench;
    const { inner, server, connect } = await threeServers(bench);
    await lab.forget();
    await lab.trust(`[127.0.0.1]:${server.port} ${await lab.publicKey(`host-${server.port}`)}`);
    await assert.rejects(
      connect('nas-1'),
      refusedBy(
        HostKeyRefused,
        ...only(bench.kind, /^nas-1 is behind the jump host inner: The host key of inner \(127/),
      ),
    );
    assert.equal(connections(inner.log), 0);
  },
);

onEach('connect() refuses the server behind a jump host by its own key', async bench => {
  const { lab } = bench;
  const { inner, connect } = await threeServers(bench);
  await lab.forget();
  await lab.trust(`[127.0.0.1]:${inner.port} ${await lab.publicKey(`host-${inner.port}`)}`);
  await assert.rejects(connect('nas-1'), refusedBy(HostKeyRefused, /^The host key of nas-1 \(127/));
  await inner.logged(/Disconnected from user|Received disconnect/);
});

onEach(
  'connect() tells a jump host that is down, one that refuses the login, and one that may not forward',
  async bench => {
    const { lab } = bench;
    const { server, outer } = await threeServers(bench);
    const strict = await lab.sshd({ config: ['AllowTcpForwarding no'] });
    const host = (name: string, jump: string) =>
      `Host ${name}\n  HostName 127.0.0.1\n  Port ${server.port}\n  ProxyJump ${jump}\n`;
    await lab.configure(
      [
        host('down', `${ME}@127.0.0.1:1`),
        host('stranger', `nobody-here@127.0.0.1:${strict.port}`),
        host('walled', `${ME}@127.0.0.1:${strict.port}`),
        host('off', `${ME}@127.0.0.1:${outer.port}`).replace(/Port \d+/, 'Port 1'),
      ].join('\n'),
    );
    const transport = bench.transport();
    const fails = async (name: string, kind: typeof Unreachable, ...patterns: RegExp[]) =>
      assert.rejects(
        transport.connect(lab.target({ name, host: undefined })),
        refusedBy(kind, ...patterns),
      );
    const { kind } = bench;
    const down = /^down is behind the jump host 127.0.0.1: .*refused the conn/;
    await fails('down', Unreachable, ...only(kind, down));
    const stranger = /^stranger is behind .*refused the login of nobody-here/;
    await fails('stranger', LoginRefused, ...only(kind, stranger));
    const walled = /walled .*behind the jump host .*not forward connections/;
    await fails('walled', SetupRefused, walled, /AllowTcpForwarding/);
    const off = /^off is behind the jump host .*cannot connect to 127.0.0.1:1; it said /;
    await fails('off', Unreachable, ...only(kind, off), /Connection refused/i);
  },
);

onEach('exec() throws ConnectionLost when the jump host goes away in the middle', async bench => {
  const { inner, connect } = await threeServers(bench);
  const connection = await connect('nas-1');
  const running = connection.exec('echo started; sleep 30', { onLine: () => inner.cut() });
  await assert.rejects(running, refusedBy(ConnectionLost, /nas-1 was lost/));
});

onEach('connect() ends a ProxyJump that leads back to itself', async bench => {
  const { lab } = bench;
  await lab.configure('Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n');
  const transport = bench.transport();
  const target = lab.target({ name: 'a', host: undefined });
  await assert.rejects(transport.connect(target), /leads back to b/);
});

onEach(
  'connect() runs a ProxyCommand with its tokens filled in, and ends it with the connection',
  async bench => {
    const { lab } = bench;
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
    const transport = bench.transport();
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
  },
);

onEach('connect() throws SetupRefused when the ProxyCommand does not exist', async bench => {
  const { lab } = bench;
  await lab.configure('Host *\n  ProxyCommand /no/such/command %h %p');
  const transport = bench.transport();
  await assert.rejects(transport.connect(lab.target()), error => {
    assert.ok(error instanceof SetupRefused);
    assert.match(error.message, /\/no\/such\/command/);
    return true;
  });
});

onEach(
  'connect() throws Unreachable when the ProxyCommand ends without a connection',
  async bench => {
    const { lab } = bench;
    await lab.configure(String.raw`Host *
  ProxyCommand sh -c 'printf "\033[31mtunnel is down\n" >&2; exit 1'`);
    const transport = bench.transport();
    await assert.rejects(
      transport.connect(lab.target({ connectTimeoutMs: 20_000 })),
      refusedBy(Unreachable, /033\[31mtunnel is down|u001b\[31mtunnel is down/),
    );
  },
);
