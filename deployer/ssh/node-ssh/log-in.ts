import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { NodeSSH } from 'node-ssh';
import type { Deadline } from '../../lib/deadline.ts';
import { errorMessage } from '../../lib/errors.ts';
import { untilAborted } from '../../lib/waiting.ts';
import { HostKeyRefused, SetupRefused } from '../errors.ts';
import { expandPath } from '../expand-path.ts';
import { describeKey, type HostKey, hostKey } from '../host-keys/host-key.ts';
import { addressConflict, describeHost, judgeHostKey } from '../host-keys/judge-host-key.ts';
import { type KnownHost, lookUpHost } from '../host-keys/known-hosts.ts';
import { rememberHostKey } from '../host-keys/remember-host-key.ts';
import { isRevoked } from '../host-keys/revoked-keys.ts';
import type { SshConfig } from '../ssh-config.ts';
import type { TransportDeps } from '../transport.ts';
import { chooseAlgorithms } from './algorithms.ts';
import type { Authenticator } from './authenticator.ts';
import { explainHandshake, type Handshake } from './explain-handshake.ts';
import { Ssh2Session } from './ssh2-session.ts';

const BANNER_LIMIT = 2000;

/** The inputs of one handshake. */
export interface Login {
  readonly name: string;
  readonly config: SshConfig;
  readonly known: KnownHost;
  readonly deps: TransportDeps;
  readonly authenticator: Authenticator;
  readonly notes: readonly string[];
  readonly socket: Duplex;
  readonly deadline: Deadline;
  /** How a ProxyCommand goes, if there is one. */
  readonly proxy?: (() => Promise<Handshake['proxy']>) | undefined;
}

/** Thrown by `logIn` beside its cause, so that the caller knows whether another try may succeed. */
export class HandshakeFailed extends Error {
  override name = 'HandshakeFailed';
  readonly handshake: Handshake;

  constructor(handshake: Handshake, cause: unknown) {
    super('The handshake failed', { cause });
    this.handshake = handshake;
  }
}

/**
 * Handshake and login over an open stream. Throws HostKeyRefused, HandshakeFailed, or the deadline's reason;
 * the stream is destroyed then.
 */
export async function logIn(login: Login): Promise<Ssh2Session> {
  const { name, config, known, authenticator, socket, deadline } = login;
  const algorithms = chooseAlgorithms(config, known);
  if (algorithms === undefined) {
    socket.destroy();
    const text = `The OpenSSH configuration for ${describeHost(config)} allows only algorithms that node-ssh lacks: use --transport openssh`;
    throw new SetupRefused(name, text);
  }
  let refusal: Error | undefined;
  let agreed = false;
  let banner = '';
  const check = checkHostKey(login);
  const ssh = new NodeSSH();
  const connecting = ssh.connect({
    sock: socket,
    username: config.user,
    algorithms,
    authHandler: authenticator.handler,
    keepaliveInterval: 10_000,
    keepaliveCountMax: 3,
    // The deadline covers all of it, and is paused while a person types.
    readyTimeout: 0,
    hostVerifier: (blob: Buffer, verify: (ok: boolean) => void) => {
      check(blob).then(
        () => verify(true),
        error => {
          refusal = error;
          verify(false);
        },
      );
    },
  });
  const client = ssh.connection;
  // node-ssh removes its error listener after the login; a later error without a listener would end the process.
  client?.on('error', () => {});
  client?.on('banner', message => {
    // One that comes before anything was tried is for every visitor, and no reason.
    if (authenticator.story.length > 0) banner = (banner + message).slice(0, BANNER_LIMIT);
  });
  client?.once('handshake', () => {
    agreed = true;
    deadline.enter('the login');
  });
  deadline.enter('the SSH handshake');
  const greeting = peek(socket);
  try {
    await untilAborted(connecting, deadline.signal);
    if (client === null) throw new Error('node-ssh gave no connection');
    return new Ssh2Session(name, ssh, client, socket).watch();
  } catch (error) {
    client?.end();
    const { notes, proxy } = login;
    const seen = { agreed, greeting: greeting(), banner, proxy: await proxy?.() };
    socket.destroy();
    if (refusal !== undefined) throw refusal;
    if (deadline.signal.aborted) throw deadline.signal.reason;
    const handshake = { name, config, authenticator, notes, ...seen };
    throw new HandshakeFailed(handshake, error);
  }
}

/** The message for a handshake that is not tried again. */
export function explainFailure(failure: HandshakeFailed): Error {
  return explainHandshake(failure.cause, failure.handshake);
}

function checkHostKey(login: Login): (blob: Buffer) => Promise<void> {
  const { name, config, known } = login;
  return async blob => {
    const shown = hostKey(blob);
    const verdict = judgeHostKey(config, known, shown);
    if (verdict.verdict === 'refused') throw new HostKeyRefused(name, verdict.reason);
    await refuseRevoked(login, shown);
    await refuseOtherAddress(login, shown);
    const file = config.userKnownHostsFiles[0];
    const remember = async (): Promise<void> => {
      if (file !== undefined) {
        await rememberHostKey(file, known.name, shown, config.hashKnownHosts);
      }
    };
    if (verdict.verdict === 'unknown') {
      const about = { server: describeHost(config), key: describeKey(shown), remember };
      const unknown = file === undefined ? undefined : { ...about, file };
      throw new HostKeyRefused(name, verdict.reason, { unknown });
    }
    if (verdict.verdict === 'new') await remember();
  };
}

async function refuseRevoked({ name, config, deps }: Login, shown: HostKey): Promise<void> {
  if (config.revokedHostKeys === undefined) return;
  const file = expandPath(config.revokedHostKeys, config, deps);
  const reason = await isRevoked(file, shown, deps).then(
    revoked => (revoked ? `${file} (RevokedHostKeys) names it` : undefined),
    error => `RevokedHostKeys cannot be asked (${errorMessage(error)})`,
  );
  if (reason === undefined) return;
  const text = `${describeHost(config)} showed the host key ${describeKey(shown)}, which counts as revoked: ${reason}`;
  throw new HostKeyRefused(name, text);
}

/** Not for this machine itself, nor behind a proxy, nor with a HostKeyAlias: there OpenSSH has no address to compare. */
async function refuseOtherAddress(login: Login, shown: HostKey): Promise<void> {
  const { name, config, deps, socket } = login;
  if (!config.checkHostIp || config.hostKeyAlias !== undefined) return;
  const remote = socket instanceof Socket ? socket.remoteAddress : undefined;
  const address = remote?.replace(/^::ffff:(?=\d+\.)/, '') ?? config.hostname;
  if (address === config.hostname || /^(127\.|::1$)/.test(address)) return;
  const known = await lookUpHost(deps, { ...config, hostname: address });
  const reason = addressConflict(config, known, shown);
  if (reason !== undefined) throw new HostKeyRefused(name, reason);
}

/** The first bytes that came, read along: a refusal in plain text comes before any SSH. */
function peek(socket: Duplex): () => string {
  let text = '';
  const onData = (chunk: Buffer): void => {
    text += chunk.subarray(0, 256 - text.length).toString('latin1');
    if (text.length >= 4) socket.off('data', onData);
  };
  socket.on('data', onData);
  return () => text.trim();
}
