import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { NodeSshTransport } from '../../../../deployer/remote/transport/node-ssh-transport.ts';
import { SshLab } from './ssh-lab.ts';

test('exec() gives exit code, stdout and stderr of a command apart', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd();
  const transport = new NodeSshTransport(lab.deps());
  const connection = await transport.connect(lab.target({ port: sshd.port }));
  const result = await connection.exec('echo out; echo err >&2; exit 7');
  assert.deepEqual(result, { code: 7, stdout: 'out\n', stderr: 'err\n' });
  await connection.close();
});

test('exec() streams megabytes of stdin to a command', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd();
  const connection = await new NodeSshTransport(lab.deps()).connect(
    lab.target({ port: sshd.port }),
  );
  const chunk = Buffer.alloc(65_536, 'x');
  const source = Readable.from(
    (function* () {
      for (let i = 0; i < 200; i += 1) yield chunk;
    })(),
  );
  const result = await connection.exec('wc -c', { stdin: source });
  assert.equal(result.stdout.trim(), String(200 * 65_536));
  await connection.close();
});
