import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

/** How the name server answers: with 10.9.0.1; not at all; late; or with an error or nonsense. */
export type Answering = 'well' | 'silent' | 'slow' | 'no such name' | 'failure' | 'garbage';

const codes: Partial<Record<Answering, number>> = { failure: 2, 'no such name': 3 };
const slowMs = 3_000;

/** A name server on port 53 of this namespace, which knows every name. */
export class NameServer {
  answering: Answering = 'well';
  readonly #socket = createSocket('udp4');

  async start(): Promise<this> {
    this.#socket.on('message', (query, from) => this.#answer(query, from));
    this.#socket.bind(53, '127.0.0.1');
    await once(this.#socket, 'listening');
    return this;
  }

  #answer(query: Buffer, { port, address }: RemoteInfo): void {
    const { answering } = this;
    if (answering === 'silent') return;
    const reply =
      answering === 'garbage'
        ? Buffer.from(query.toString('latin1').repeat(3))
        : answerTo(query, codes[answering] ?? 0);
    const send = () => this.#socket.send(reply, port, address);
    if (answering === 'slow') setTimeout(send, slowMs);
    else send();
  }
}

/** One A record for a question of that type, none for another. */
function answerTo(query: Buffer, code: number): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const question = query.subarray(12, end);
  const isA = query.readUInt16BE(end - 4) === 1 && code === 0;
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(isA ? 1 : 0, 6);
  // A pointer to the name, type A, class IN, a TTL of 0, and four bytes of address.
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 10, 9, 0, 1]);
  return Buffer.concat([head, question, ...(isA ? [record] : [])]);
}
