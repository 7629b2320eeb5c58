import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { ServerChannel } from 'ssh2';
import type { Script } from '../ssh/fake-server.ts';
import { end, HonestServer, purposeOf } from './honest-server.ts';

/** A server that does harm in one way, and is honest in all others. */
export type ServerMode = Omit<Script, 'hostKeys'>;

/** Pieces that one server writes before the others in this process have their turn. */
const TURN = 20;

/** Writes as fast as it is read, for as long as there is a reader. */
export function writeForever(into: Writable, text: string | Buffer): void {
  const more = (): void => {
    for (let piece = 0; piece < TURN; piece += 1) {
      if (!into.writable || into.destroyed) return;
      if (!into.write(text)) {
        into.once('drain', more);
        return;
      }
    }
    setTimeout(more, 1).unref();
  };
  more();
}

/** One piece every so often. */
export function writeSlowly(into: Writable, pieces: Iterator<string | Buffer>, ms: number): void {
  const timer = setInterval(() => {
    const { value, done } = pieces.next();
    if (done || !into.writable || into.destroyed) clearInterval(timer);
    else into.write(value);
  }, ms);
  timer.unref();
}

export function* repeated(text: string): Generator<string> {
  for (;;) yield text;
}

/** Every way for a terminal to be deceived or reprogrammed. */
export const OBEYED =
  '\u001b]52;c;aGk=\u0007\u001b[2J\u001b[1A\rnas-2: ok\u0008\u009b31m\u202e\u0000\ufeff\u2028';

interface Shell {
  readonly channel: ServerChannel;
  readonly command: string;
  readonly honest: HonestServer;
  /** The login's shell runs the command line. */
  begin(): void;
  /** And sudo lets it through. */
  grant(): void;
}

/** A mode that differs from the start of a command on, in a way that this function is. */
export function shell(act: (shell: Shell) => void): ServerMode {
  const honest = new HonestServer();
  return {
    onShell(channel, command) {
      channel.on('error', () => {});
      const begin = (): void => {
        const begun = /command-begun-\w+/.exec(command);
        if (begun !== null) channel.stderr.write(`${begun[0]}\n`);
      };
      const grant = (): void => {
        begin();
        const granted = /sudo-granted-\w+/.exec(command);
        if (granted !== null) channel.stderr.write(`${granted[0]}\n`);
      };
      act({ channel, command, honest, begin, grant });
    },
  };
}

/** A mode that differs once its command runs. */
export function running(act: (shell: Shell) => void): ServerMode {
  return shell(context => {
    context.grant();
    act(context);
  });
}

/** A mode whose answers are these, made of the honest ones. */
export function answering(change: (answer: string) => string, code = 0): ServerMode {
  return running(({ channel, command, honest }) => {
    if (purposeOf(command) === 'transfer') return honest.run(channel, command);
    channel.write(change(honest.answer(command)));
    end(channel, code);
  });
}

/** A mode that is honest until it gets a transfer. */
export function transferring(act: (shell: Shell) => void): ServerMode {
  return running(context => {
    const { channel, command, honest } = context;
    if (['transfer', 'other'].includes(purposeOf(command))) act(context);
    else honest.run(channel, command);
  });
}

/** The answer with another value, or one more. */
export function withLine(answer: string, line: string): string {
  const name = line.slice(0, line.indexOf('=') + 1);
  const kept = answer.split('\n').filter(each => !each.startsWith(name));
  return kept.join('\n').replace(/end=ok\n$/, `${line}\nend=ok\n`);
}

export function withStatus(answer: string, change: (status: string) => string): string {
  const status = /^status=(.*)$/m.exec(answer)?.[1] ?? '{}';
  return withLine(answer, `status=${change(status)}`);
}

/** A mode that does this in place of SSH. */
export function raw(act: (socket: Socket) => void): ServerMode {
  return {
    onSocket(socket) {
      act(socket);
      return true;
    },
  };
}

/** A server that only does what it is asked. */
export function honestMode(): ServerMode {
  return running(({ channel, command, honest }) => honest.run(channel, command));
}
