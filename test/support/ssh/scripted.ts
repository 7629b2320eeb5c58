import { readFile } from 'node:fs/promises';
import { NodeSshTransport } from '../../../deployer/ssh/node-ssh/node-ssh-transport.ts';
import type { Connection, Target } from '../../../deployer/ssh/transport.ts';
import { FakeServer, type Script } from './fake-server.ts';
import type { SshLab } from './ssh-lab.ts';

/** A scripted server whose host key the lab trusts, and a connection attempt to it. */
export async function scripted(
  lab: SshLab,
  script: Omit<Script, 'hostKeys'>,
  more: Partial<Target> = {},
): Promise<{ connect: () => Promise<Connection>; server: FakeServer }> {
  await lab.key('fake');
  const server = await FakeServer.start({
    ...script,
    hostKeys: [await readFile(lab.path('fake'), 'utf8')],
  });
  lab.defer(() => server[Symbol.asyncDispose]());
  await lab.trust(`[127.0.0.1]:${server.port} ${await lab.publicKey('fake')}`);
  const transport = new NodeSshTransport(lab.deps());
  return {
    server,
    connect: () => transport.connect(lab.target({ port: server.port, ...more })),
  };
}
