import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What comes between the hub and the agent: it answers in the hub's place, with the hub's own reply at hand. */
export type Mode = (socket: Socket, reply: () => Promise<Buffer>) => void;

/** The door of the hub that the agent knows. It passes everything on, or as a mode says. */
export class Front implements AsyncDisposable {
  /** How many connections there were. */
  connections = 0;
  readonly #hubPort: number;
  #port: number;
  #mode: Mode | undefined;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  private constructor(hubPort: number, port: number) {
    this.#hubPort = hubPort;
    this.#port = port;
  }

  static async open(hubUrl: string, port = 0): Promise<Front> {
    const front = new Front(Number(new URL(hubUrl).port), port);
    await front.up();
    return front;
  }

  get port(): number {
    return this.#port;
  }

  /** Answers as a mode says from the next request on; without one, as the hub does. What is open is cut. */
  set mode(mode: Mode | undefined) {
    this.#mode = mode;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Nothing listens any more. */
  async down(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }

  async up(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ allowHalfOpen: true }, socket => this.#receive(socket));
    this.#server = server;
    server.listen(this.#port, '0.0.0.0');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }

  #receive(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    let request = Buffer.alloc(0);
    socket.on('data', chunk => {
      request = Buffer.concat([request, chunk]);
      if (!isWhole(request)) return;
      const asked = request;
      request = Buffer.alloc(0);
      const reply = () => this.#ask(asked);
      if (this.#mode !== undefined) return this.#mode(socket, reply);
      void reply().then(
        answer => socket.end(answer),
        () => socket.destroy(),
      );
    });
  }

  /** The hub's own reply, byte for byte. */
  async #ask(request: Buffer): Promise<Buffer> {
    const socket = connect(this.#hubPort, '127.0.0.1');
    try {
      socket.write(request);
      let reply = Buffer.alloc(0);
      for await (const chunk of socket) {
        reply = Buffer.concat([reply, chunk]);
        if (isWhole(reply)) break;
      }
      return reply;
    } finally {
      socket.destroy();
    }
  }
}

/** Head and body, by its Content-Length. */
function isWhole(message: Buffer): boolean {
  const text = message.toString('latin1');
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, head))?.[1] ?? 0);
  return message.length >= head + 4 + length;
}
