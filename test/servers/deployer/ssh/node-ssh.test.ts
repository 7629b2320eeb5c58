import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { NodeSshTransport } from '../../../../deployer/ssh/node-ssh/node-ssh-transport.ts';
import { need } from '../../../support/need.ts';
import { SshLab } from '../../../support/ssh/ssh-lab.ts';

test(
  'connect() passes over an agent that is gone and logs in with the key',
  need('sshd'),
  async () => {
    await using lab = await SshLab.open();
    const sshd = await lab.sshd();
    const gone = lab.path('agent.sock');
    await lab.configure(`Host *\n  IdentityAgent ${gone}`);
    const transport = new NodeSshTransport(lab.deps());
    const connection = await transport.connect(lab.target({ port: sshd.port }));
    assert.equal((await connection.exec('echo in')).stdout, 'in\n');
    await connection.close();
  },
);

test('exec() fails with the error of its stdin, and not with success', need('sshd'), async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd();
  const source = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      throw new Error('The archive cannot be read');
    })(),
  );
  const transport = new NodeSshTransport(lab.deps());
  const connection = await transport.connect(lab.target({ port: sshd.port }));
  await assert.rejects(connection.exec('cat', { stdin: source }), /archive cannot be read/);
  await connection.close();
});

test('exec() ends although the command leaves its stdin unread', need('sshd'), async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd();
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(65_536);
    })(),
  );
  const transport = new NodeSshTransport(lab.deps());
  const connection = await transport.connect(lab.target({ port: sshd.port }));
  assert.equal((await connection.exec('exit 3', { stdin: endless })).code, 3);
  assert.equal(endless.destroyed, true);
  await connection.close();
});
