import type { Socket } from 'node:net';
import { FAULT_KINDS, type FaultKind } from '../../support/hub-faults.ts';
import type { AgentFault, Remove } from './agent-fault.ts';
import type { Mode } from './front.ts';
import { interval, speed } from './speed.ts';
import type { World } from './world.ts';

const later = { expected: 'missed beats are sent afterwards', beats: 'are sent later' } as const;

/** What the hub answers: each status and body that it, or a proxy before it, may give. */
const wrongAnswers: readonly FaultKind[] = FAULT_KINDS.filter(kind =>
  /^\d|html|garbage/.test(kind),
);

/** The hub, or what stands in its place, does not do its work. */
export const hubFaults: readonly AgentFault[] = [
  {
    name: 'hub: down',
    times: 3,
    ...later,
    cause: async ({ front }) => {
      await front.down();
      return () => front.up();
    },
  },
  {
    name: 'hub: flapping',
    times: 3,
    ...later,
    lasts: [5, 10],
    cause: flap,
  },
  withMode('hub: one byte a second', 3, (socket, reply) => void drip(socket, reply)),
  withMode('hub: silent', 3, () => {}),
  withMode('hub: closes without a reply', 3, socket => socket.end()),
  withMode('hub: resets the connection', 3, socket => socket.resetAndDestroy()),
  withMode('hub: endless body', 3, socket => pour(socket, 'HTTP/1.1 200 OK\r\n\r\n', 'x')),
  {
    ...withMode('hub: endless chunks of one byte', 3, socket =>
      pour(socket, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\nx\r\n'),
    ),
    expected: 'missed beats are sent, up to 60 MB more',
    // Each chunk is several objects, and what V8 has taken for them it keeps for long.
    memory: 60,
  },
  withMode('hub: endless header', 3, socket => pour(socket, 'HTTP/1.1 200 OK\r\nx: ', 'x')),
  withMode('hub: endless interim replies', 3, socket =>
    pour(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'),
  ),
  {
    name: 'hub: garbage',
    times: 3,
    ...later,
    cause: ({ front }, random) => {
      front.mode = socket => {
        const bytes = Array.from({ length: random.between(0, 3_000) }, () =>
          random.between(0, 255),
        );
        socket.end(Buffer.from(bytes));
      };
      return () => {
        front.mode = undefined;
      };
    },
  },
  cutReply('hub: a reset at every byte of the reply', 8, socket => socket.resetAndDestroy()),
  cutReply('hub: an end at every byte of the reply', 4, socket => socket.end()),
  ...wrongAnswers.map(
    (kind): AgentFault => ({
      name: `hub: answers ${kind}`,
      times: 2,
      expected: kind === '422' ? 'the beats that it rejects are dropped' : later.expected,
      beats: kind === '422' ? 'may be missed' : 'are sent later',
      cause: async ({ hub }) => {
        await hub.fault(kind);
        return () => hub.fault('none');
      },
    }),
  ),
  {
    name: 'hub: forgets every server',
    times: 3,
    expected: 'registers again',
    beats: 'go on',
    cause: ({ hub }) => {
      hub.registry.clear();
      return () => {};
    },
  },
];

function withMode(name: string, times: number, mode: Mode): AgentFault {
  const cause = ({ front }: World): Remove => {
    front.mode = mode;
    return () => {
      front.mode = undefined;
    };
  };
  return { name, times, ...later, cause };
}

async function flap({ front }: World, random: World['random']): Promise<Remove> {
  let over = false;
  const flapping = (async () => {
    while (!over) {
      await front.down();
      await pause(random.between(10, interval));
      await front.up();
      await pause(random.between(10, interval));
    }
  })();
  return async () => {
    over = true;
    await flapping;
  };
}

async function drip(socket: Socket, reply: () => Promise<Buffer>): Promise<void> {
  for (const byte of await reply()) {
    if (socket.destroyed) return;
    socket.write(Buffer.of(byte));
    await pause(1_000 / speed);
  }
  socket.end();
}

/** Writes as fast as it is read, for as long as there is a reader. */
function pour(socket: Socket, head: string, rest: string): void {
  const block = rest.repeat(Math.ceil(10_000 / rest.length));
  const write = () => {
    while (!socket.destroyed && socket.write(block));
  };
  socket.on('drain', write);
  socket.write(head);
  write();
}

/** Each connection gets one byte more than the last, from where the random number says. */
function cutReply(name: string, times: number, cut: (socket: Socket) => void): AgentFault {
  const cause = ({ front }: World, random: World['random']): Remove => {
    let length = random.between(0, 25) * 10;
    front.mode = async (socket, reply) => {
      const whole = await reply();
      length = (length + 1) % whole.length;
      socket.write(whole.subarray(0, length), () => cut(socket));
    };
    return () => {
      front.mode = undefined;
    };
  };
  return { name, times, ...later, lasts: [12, 15], cause };
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
