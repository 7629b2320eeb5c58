import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';

/** What a scripted server does in place of the proper thing. */
export interface Script {
  /** Private keys, as their files' text. */
  readonly hostKeys: readonly string[];
  /** Takes the raw socket before any SSH; true keeps it from the SSH server. */
  readonly onSocket?: (socket: Socket) => boolean;
  /** Answers each attempt to log in; all but `none` are accepted unless told. */
  readonly onLogin?: (context: AuthContext) => void;
  /** True refuses to open a session. */
  readonly refusesSession?: () => boolean;
  /** Gets the request for a session in place of the server. */
  readonly onSession?: () => void;
  /** Gets a command before anything was said: the shell of a login in its place. */
  readonly onShell?: (channel: ServerChannel, command: string, socket: Socket) => void;
  /** Sent before the login. */
  readonly banner?: string;
  /** Runs a command; `ok` and exit code 0 unless told. */
  readonly onExec?: (channel: ServerChannel, command: string, socket: Socket) => void;
}

/** An SSH server inside the test, for the faults that a real one does not show on demand. */
export class FakeServer {
  readonly port: number;
  readonly #server: NetServer;
  readonly #sockets: Set<Socket>;

  private constructor(server: NetServer, sockets: Set<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(script: Script): Promise<FakeServer> {
    const sockets = new Set<Socket>();
    const server = createServer(socket => {
      sockets.add(socket);
      socket.on('error', () => {});
      if (script.onSocket?.(socket) === true) return;
      const { hostKeys, banner } = script;
      const options = { hostKeys: [...hostKeys], ...(banner === undefined ? {} : { banner }) };
      const ssh = new ssh2.Server(options, client => serve(client, script, socket));
      ssh.injectSocket(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeServer(server, sockets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function serve(client: Connection, script: Script, socket: Socket): void {
  client.on('error', () => {});
  client.on('authentication', context => {
    if (script.onLogin !== undefined) script.onLogin(context);
    else if (context.method === 'none') context.reject(['publickey']);
    else context.accept();
  });
  client.on('session', (accept, reject) => {
    if (script.onSession !== undefined) {
      script.onSession();
      return;
    }
    if (script.refusesSession?.() === true) {
      reject();
      return;
    }
    accept().on('exec', (acceptExec, _reject, info) => {
      const channel = acceptExec();
      channel.on('error', () => {});
      if (script.onShell !== undefined) {
        script.onShell(channel, info.command, socket);
        return;
      }
      // As the shell of a login would, when it runs the command.
      const begun = /command-begun-\w+/.exec(info.command);
      if (begun !== null) channel.stderr.write(`${begun[0]}\n`);
      if (script.onExec !== undefined) script.onExec(channel, info.command, socket);
      else {
        channel.write('ok\n');
        channel.exit(0);
        channel.end();
      }
    });
  });
}
