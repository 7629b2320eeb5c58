import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { UserError } from '../../../../deployer/lib/errors.ts';
import { Unreachable } from '../../../../deployer/ssh/errors.ts';
import { onEach, only, refusedBy } from '../../../support/ssh/on-each.ts';
import { startRelay } from '../../../support/ssh/relay.ts';

onEach(
  'the inventory name alone is an alias of the OpenSSH configuration',
  async ({ lab, visit }) => {
    const sshd = await lab.sshd();
    await lab.configure(
      `Host nas-1\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  User ${userInfo().username}`,
    );
    await visit({ name: 'nas-1', host: undefined, user: undefined });
  },
);

onEach('Match sections and included files count', async ({ lab, visit }) => {
  const sshd = await lab.sshd();
  await lab.write('more', `Match originalhost nas-* exec "test %n = nas-7"\n  Port ${sshd.port}\n`);
  await lab.configure(`Include ${lab.path('more')}\nHost nas-*\n  HostName 127.0.0.1`);
  await visit({ name: 'nas-7', host: undefined });
});

onEach('the inventory wins over the OpenSSH configuration', async ({ lab, visit }) => {
  const sshd = await lab.sshd();
  await lab.configure(`Host *\n  Port 1\n  User nobody\n  IdentityFile ${lab.path('none')}`);
  const privateKeyFile = lab.path('id');
  await visit({ port: sshd.port, user: userInfo().username, privateKeyFile });
});

onEach('options that are about sessions of a person are no obstacle', async ({ lab, visit }) => {
  const sshd = await lab.sshd();
  await lab.configure(
    [
      'Host *',
      ...['ForkAfterAuthentication yes', 'SessionType none', 'StdinNull yes', 'RequestTTY force'],
      ...['RemoteCommand tmux attach', 'PermitLocalCommand yes', 'LocalCommand false'],
      ...['LocalForward 1 localhost:1', 'ExitOnForwardFailure yes', 'EscapeChar ~'],
      ...['ControlMaster auto', `ControlPath ${lab.path('own')}`, 'ControlPersist yes'],
      ...['LogLevel QUIET', 'BatchMode no', 'VisualHostKey yes', 'Tunnel ethernet'],
    ].join('\n  '),
  );
  await visit({ port: sshd.port });
});

onEach('arguments for ssh in the inventory count', async ({ lab, visit, transport }) => {
  const sshd = await lab.sshd();
  const { sshArgs } = lab.target();
  await visit({ sshArgs: [...sshArgs, '-o', `Port=${sshd.port}`, '-o', 'ControlMaster=auto'] });
  await assert.rejects(
    transport().connect(lab.target({ sshArgs: [...sshArgs, '-o', 'Nonsense=1'] })),
    refusedBy(UserError, /OpenSSH rejected its configuration for 127.0.0.1; it said .*nonsense/),
  );
});

onEach(
  'an IPv6 address is reached, and known by its name with brackets',
  async ({ lab, visit }) => {
    const sshd = await lab.sshd({ address: '::1' });
    await visit({ host: '::1', port: sshd.port });
  },
  { needs: ['sshd', 'IPv6'] },
);

onEach('no more than four handshakes with one server run at a time', async ({ lab, transport }) => {
  // From the eighth on, sshd drops every new connection.
  const { port } = await lab.sshd({ config: ['MaxStartups 8:100:8'] });
  const ten = Array.from({ length: 10 });
  const one = transport();
  const all = await Promise.all(ten.map(() => one.connect(lab.target({ port }))));
  const results = await Promise.all(all.map(connection => connection.exec('echo in')));
  await Promise.all(all.map(connection => connection.close()));
  assert.equal(results.filter(({ stdout }) => stdout === 'in\n').length, 10);
});

onEach(
  'a server that drops a connection before it says anything is tried again',
  async ({ lab, visit }) => {
    const sshd = await lab.sshd();
    const port = await startRelay(lab, sshd.port, 1);
    await lab.trust(`[127.0.0.1]:${port} ${await lab.publicKey(`host-${sshd.port}`)}`);
    await visit({ port });
  },
);

onEach('a server that does not answer in time is unreachable', async ({ lab, kind, connect }) => {
  const { port, stop } = await lab.silence();
  await assert.rejects(
    connect({ port, connectTimeoutMs: 1000 }),
    refusedBy(Unreachable, /nas-1/, ...only(kind, /within 1 s/)),
  );
  await stop();
});
