import { kill } from 'node:process';
import { execa } from 'execa';
import { TransportError } from '../errors.ts';
import type { ChannelEnd, CommandChannel } from '../run-command.ts';

/** Time between asking a command to end and making it end. */
const GRACE_MS = 3000;

export type KillSignal = 'TERM' | 'KILL';
/** Sends a signal to a process group as root; false if it could not. Never throws. Absent: no need to be root. */
type KillAsRoot = ((signal: KillSignal, group: number) => Promise<boolean>) | undefined;

export interface LocalStart {
  /** The inventory's name of this machine, for messages. */
  readonly host: string;
  /** One simple command for /bin/sh. */
  readonly line: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly killAsRoot: KillAsRoot;
}

/** A command on this machine. */
export interface LocalProcess extends CommandChannel {
  /** Resolves when it has ended, or when a kill gave up on it. */
  readonly gone: Promise<void>;
}

/**
 * Runs a command line on this machine, in a session of its own: Ctrl-C on the terminal does not reach it, and killing
 * it takes along what it started. Its working directory is `/`, which every user can enter and which is never
 * unmounted.
 */
export function startLocally({ host, line, env, killAsRoot }: LocalStart): LocalProcess {
  const child = execa('/bin/sh', ['-c', `exec ${line}`], {
    ...{ cwd: '/', env: { ...env }, extendEnv: false, detached: true },
    ...{ buffer: false, reject: false },
  });
  child.stdin.on('error', () => {});
  const end = Promise.withResolvers<ChannelEnd>();
  const gone = Promise.withResolvers<void>();
  end.promise.catch(() => {});
  let escalation: NodeJS.Timeout | undefined;
  let isOver = false;
  child.then(({ exitCode, signal, originalMessage }) => {
    // Its number may be another's from now on.
    isOver = true;
    clearTimeout(escalation);
    gone.resolve();
    if (exitCode === undefined && signal === undefined) {
      const text = `Expected to run a command by /bin/sh on this machine for ${host}, but could not start it (${originalMessage ?? 'no reason given'}): run this again when the machine is less busy`;
      end.reject(new TransportError(host, text));
    } else end.resolve({ code: exitCode ?? null, signal: signal ?? null });
  }, end.reject);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended: end.promise,
    gone: gone.promise,
    kill: () => {
      if (child.pid === undefined || isOver || escalation !== undefined) return;
      const group = child.pid;
      escalation = setTimeout(() => {
        killGroup(group, 'KILL', killAsRoot).catch(() => {});
        // Whatever left the group may hold these open for ever.
        for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
        escalation = setTimeout(gone.resolve, GRACE_MS);
      }, GRACE_MS);
      killGroup(group, 'TERM', killAsRoot).catch(() => {});
    },
  };
}

/**
 * Once, and to the whole group: sudo would hand a signal of ours on to its own child alone, and only root may send one
 * to what runs below it.
 */
async function killGroup(group: number, signal: KillSignal, asRoot: KillAsRoot): Promise<void> {
  if (await asRoot?.(signal, group)) return;
  try {
    kill(-group, `SIG${signal}`);
  } catch {
    // It ended by itself meanwhile.
  }
}
