import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { Target, TransportDeps } from '../../../deployer/ssh/transport.ts';
import { ownSshd, Sshd } from './sshd.ts';

/** Keys, an OpenSSH configuration and sshd servers of one test, all in a directory that goes with it. */
export class SshLab {
  readonly dir: string;
  readonly #stops: Array<() => Promise<unknown>> = [];

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async open(): Promise<SshLab> {
    const dir = await mkdtemp(join(tmpdir(), 'ssh-lab-'));
    const lab = new SshLab(dir);
    await lab.key('id');
    await writeFile(lab.authorizedKeys, await readFile(lab.path('id.pub')));
    await writeFile(lab.knownHosts, '');
    await lab.configure('');
    return lab;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  get knownHosts(): string {
    return this.path('known_hosts');
  }

  get authorizedKeys(): string {
    return this.path('authorized_keys');
  }

  /** Makes a key pair `name` and `name.pub`; an existing one is replaced. Returns the private key's path. */
  async key(
    name: string,
    args: readonly string[] = ['-t', 'ed25519'],
    passphrase = '',
  ): Promise<string> {
    const file = this.path(name);
    await rm(file, { force: true });
    await execa('ssh-keygen', ['-q', ...args, '-N', passphrase, '-C', name, '-f', file]);
    return file;
  }

  /** The public key of `name` as `type base64`. */
  async publicKey(name: string): Promise<string> {
    const text = await readFile(this.path(`${name}.pub`), 'utf8');
    return text.split(' ').slice(0, 2).join(' ');
  }

  /** The client's configuration: `text` first, so that it wins over what every test wants. */
  async configure(text: string): Promise<void> {
    const common = [
      'Host *',
      `  UserKnownHostsFile ${this.knownHosts}`,
      '  GlobalKnownHostsFile /dev/null',
      `  IdentityFile ${this.path('id')}`,
      '  IdentityAgent none',
    ];
    await writeFile(this.path('config'), `${text}\n${common.join('\n')}\n`);
  }

  async trust(line: string): Promise<void> {
    await appendFile(this.knownHosts, `${line}\n`);
  }

  /** Empties known_hosts. */
  async forget(): Promise<void> {
    await writeFile(this.knownHosts, '');
  }

  /** Removes the usual key from the client. */
  async forgetKey(): Promise<void> {
    for (const name of ['id', 'id.pub']) await rm(this.path(name));
  }

  /** Starts an sshd of this user on loopback; its host key is trusted unless `trusted` is false. */
  async sshd(
    options: {
      config?: readonly string[];
      hostKey?: string;
      keyArgs?: readonly string[];
      trusted?: boolean;
      address?: string;
    } = {},
  ): Promise<Sshd> {
    const port = await freePort();
    const hostKey = options.hostKey ?? `host-${port}`;
    if (options.hostKey === undefined) await this.key(hostKey, options.keyArgs);
    const file = this.path(`sshd-${port}.conf`);
    const sshd = await Sshd.start(port, {
      argv: await ownSshd(file),
      file,
      address: options.address,
      lines: [
        ...(options.config ?? []),
        `HostKey ${this.path(hostKey)}`,
        `AuthorizedKeysFile ${this.authorizedKeys}`,
        `PidFile ${this.path(`${port}.pid`)}`,
      ],
    });
    this.#stops.push(() => sshd.stop());
    if (options.trusted !== false) {
      await this.trust(
        `[${options.address ?? '127.0.0.1'}]:${port} ${await this.publicKey(hostKey)}`,
      );
    }
    return sshd;
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(this.path(name), text, { mode: 0o600 });
  }

  async read(name: string): Promise<string> {
    return readFile(this.path(name), 'utf8');
  }

  /** Waits for something that happens beside the test; the test's own time limit ends it. */
  async until(happened: () => boolean): Promise<void> {
    while (!happened()) await sleep(10);
  }

  /** A listener that takes connections and never says a word. */
  async silence(): Promise<{ port: number; stop: () => Promise<void> }> {
    const sockets = new Set<Socket>();
    const server = createServer(socket => sockets.add(socket.on('error', () => {})));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const stop = async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    };
    this.defer(stop);
    return { port: (server.address() as AddressInfo).port, stop };
  }

  /** Has something stopped with the lab. */
  defer(stop: () => Promise<unknown>): void {
    this.#stops.push(stop);
  }

  deps(more: Partial<TransportDeps> = {}): TransportDeps {
    const path = process.env['PATH'];
    return { env: { PATH: path }, home: this.dir, localUser: userInfo().username, ...more };
  }

  target(more: Partial<Target> = {}): Target {
    return {
      name: 'nas-1',
      host: '127.0.0.1',
      user: userInfo().username,
      sshArgs: ['-F', this.path('config')],
      connectTimeoutMs: 30_000,
      become: { user: 'root' },
      ...more,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
    await rm(this.dir, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
