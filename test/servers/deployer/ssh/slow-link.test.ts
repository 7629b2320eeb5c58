import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { startCuttingProxy } from '../../../support/cutting-proxy.ts';
import { onEach } from '../../../support/ssh/on-each.ts';
import type { SshLab } from '../../../support/ssh/ssh-lab.ts';

/** A server or jump host behind 1 Mbit/s and 300 ms in each direction, as a rural line with a satellite has. */
async function farAway(lab: SshLab): Promise<number> {
  const sshd = await lab.sshd();
  const proxy = await startCuttingProxy({
    listen: { host: '127.0.0.1', port: 0 },
    to: { host: '127.0.0.1', port: sshd.port },
    delayMs: 300,
    bytesPerSecond: 125_000,
  });
  lab.defer(async () => proxy.close());
  const { port } = proxy.address() as AddressInfo;
  await lab.trust(`[127.0.0.1]:${port} ${await lab.publicKey(`host-${sshd.port}`)}`);
  return port;
}

/** ansible_ssh_timeout's default. */
const connectTimeoutMs = 10_000;

onEach('a slow link carries a login, commands and a transfer', async ({ lab, connect }) => {
  const port = await farAway(lab);
  const connection = await connect({ port, connectTimeoutMs });
  assert.equal((await connection.exec('echo in')).stdout, 'in\n');
  const stdin = Buffer.alloc(1_000_000, 'x');
  const limits = { stallMs: 30_000 };
  assert.equal((await connection.exec('wc -c', { stdin, ...limits })).stdout, '1000000\n');
  const { stdout } = await connection.exec('head -c 500000 /dev/zero', limits);
  assert.equal(stdout.length, 500_000);
});

onEach('two slow links in a row carry a login', async ({ lab, connect }) => {
  const [jump, port] = [await farAway(lab), await farAway(lab)];
  await lab.configure(
    `Host gate\n  HostName 127.0.0.1\n  Port ${jump}\n  ProxyJump none\nHost nas-1\n  HostName 127.0.0.1\n  ProxyJump gate`,
  );
  const connection = await connect({ host: 'nas-1', port, connectTimeoutMs });
  assert.equal((await connection.exec('echo in')).stdout, 'in\n');
});
