import type { Duplex } from 'node:stream';
import type { NodeSSH } from 'node-ssh';
import type { Client, ClientChannel } from 'ssh2';
import { codeOf, errorMessage } from '../../lib/errors.ts';
import { ConnectionLost, SetupRefused, Unreachable } from '../errors.ts';
import type { ChannelEnd, CommandChannel } from '../run-command.ts';
import { said } from '../said.ts';
import { pacedStdin } from './paced-stdin.ts';

const PROHIBITED = 1;
const CONNECT_FAILED = 2;
const CLOSE_MS = 1000;
/** The answer to "open a channel" may never come, and ssh2 has no time limit for it. */
const OPEN_MS = 20_000;

/** One logged-in ssh2 connection that knows when and why it was lost. */
export class Ssh2Session {
  readonly host: string;
  readonly #ssh: NodeSSH;
  readonly #client: Client;
  readonly #socket: Duplex;
  readonly #lost = new AbortController();
  #trouble: unknown;
  #opened = false;

  /** `trouble` gives the error that the client emitted last, since its close event carries none. */
  constructor(host: string, ssh: NodeSSH, client: Client, socket: Duplex) {
    this.host = host;
    this.#ssh = ssh;
    this.#client = client;
    this.#socket = socket;
  }

  /** Listens for the end of the link; to be called once, as soon as the login worked. */
  watch(): this {
    const lose = (): void => this.#lost.abort(this.#lostError());
    this.#client.on('error', error => {
      this.#trouble = error;
      // A stream through a jump host may never say that it closed.
      setTimeout(lose, CLOSE_MS).unref();
    });
    this.#client.once('close', lose);
    return this;
  }

  /** Aborted, with a ConnectionLost, when the link is gone. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Runs a command line. Throws SetupRefused where the server runs no command at all, ConnectionLost where it opens no
   * further channel, and the signal's reason.
   */
  async open(command: string, signal: AbortSignal): Promise<CommandChannel> {
    try {
      // Wrapped within ssh2's callback: the exit code may already be in the same packet as the answer.
      const channel = await this.#request(
        signal,
        (client, done) => client.exec(command, done),
        channel => commandChannel(channel, this.#socket, this.lost),
      );
      this.#opened = true;
      return channel;
    } catch (error) {
      if (this.#opened || this.lost.aborted || !(error instanceof ConnectionLost)) throw error;
      if (error.cause === undefined) throw error;
      const text = `${this.host} accepted the login, but runs no command; ${said(errorMessage(error.cause))}. Look at MaxSessions in its sshd_config, and whether this is an SSH server for commands`;
      throw new SetupRefused(this.host, text, { cause: error });
    }
  }

  /** A connection from the server to the next hop. Throws SetupRefused or Unreachable where it makes none. */
  async forward(host: string, port: number, signal: AbortSignal): Promise<ClientChannel> {
    try {
      return await this.#request(
        signal,
        (client, done) => client.forwardOut('127.0.0.1', 0, host, port, done),
        channel => channel,
      );
    } catch (error) {
      const reason = error instanceof ConnectionLost ? reasonOf(error.cause) : undefined;
      const to = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      const words = said(errorMessage(error instanceof Error ? error.cause : error));
      if (reason === PROHIBITED) {
        const text = `${this.host} does not forward connections to ${to}; ${words}. Look at AllowTcpForwarding and PermitOpen in its sshd_config`;
        throw new SetupRefused(this.host, text, { cause: error });
      }
      if (reason !== CONNECT_FAILED) throw error;
      const text = `${this.host} cannot connect to ${to}; ${words}. Is the server behind it switched on`;
      throw new Unreachable(this.host, text, { cause: error });
    }
  }

  async #request<T>(
    signal: AbortSignal,
    ask: (client: Client, done: (error: Error | undefined, channel: ClientChannel) => void) => void,
    wrap: (channel: ClientChannel) => T,
  ): Promise<T> {
    const late = AbortSignal.timeout(OPEN_MS);
    const stop = AbortSignal.any([signal, this.lost, late]);
    stop.throwIfAborted();
    const answer = Promise.withResolvers<T>();
    const onStop = (): void =>
      answer.reject(late.aborted ? this.#refusal('it did not answer') : stop.reason);
    stop.addEventListener('abort', onStop, { once: true });
    try {
      ask(this.#client, (error, channel) => {
        if (error) return answer.reject(this.#refusal(said(errorMessage(error)), error));
        // A channel that is no longer awaited would keep its command running.
        channel.on('error', () => {});
        if (stop.aborted) channel.close();
        answer.resolve(wrap(channel));
      });
      return await answer.promise;
    } catch (error) {
      throw error instanceof ConnectionLost || stop.aborted
        ? error
        : this.#refusal(said(errorMessage(error)), error);
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  }

  /** Disconnects and, where the other side does not react, destroys the socket. Never throws. */
  async close(): Promise<void> {
    if (this.lost.aborted) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, CLOSE_MS);
      this.#client.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#ssh.dispose();
    });
    this.#socket.destroy();
  }

  #refusal(words: string, cause?: unknown): ConnectionLost {
    return new ConnectionLost(
      this.host,
      `${this.host} would not open another channel (${words}): look at MaxSessions and at its sshd's log`,
      { cause },
    );
  }

  #lostError(): ConnectionLost {
    const trouble = this.#trouble;
    const why =
      trouble === undefined
        ? 'closed by the server'
        : (codeOf(trouble) ?? said(errorMessage(trouble)));
    return new ConnectionLost(
      this.host,
      `The connection to ${this.host} was lost (${why}): what was running there is unknown, run this again`,
    );
  }
}

/** The code with which a server refuses a channel (RFC 4254, 5.1). */
function reasonOf(error: unknown): unknown {
  return error instanceof Error && 'reason' in error ? error.reason : undefined;
}

/** ssh2's channel as a command: `exit` brings the code or the signal, `close` the end of both outputs. */
function commandChannel(channel: ClientChannel, socket: Duplex, lost: AbortSignal): CommandChannel {
  const end = Promise.withResolvers<ChannelEnd>();
  let code: number | null = null;
  let signal: string | null = null;
  const onLost = (): void => end.reject(lost.reason);
  end.promise.catch(() => {});
  channel.on('error', () => {});
  channel.stderr.on('error', () => {});
  channel.on('exit', (exitCode: number | null, signalName?: string) => {
    code = exitCode;
    signal = signalName ?? null;
  });
  channel.on('close', () => {
    lost.removeEventListener('abort', onLost);
    // Without an exit code the connection was lost; its own error says more and follows this event.
    if (code === null && signal === null && !lost.aborted) {
      setImmediate(() => end.resolve({ code, signal }));
      lost.addEventListener('abort', onLost, { once: true });
      return;
    }
    end.resolve({ code, signal });
  });
  lost.addEventListener('abort', onLost, { once: true });
  return {
    stdin: pacedStdin(channel.stdin, socket),
    stdout: channel,
    stderr: channel.stderr,
    ended: end.promise,
    kill: () => {
      channel.signal('TERM');
      channel.close();
    },
  };
}
