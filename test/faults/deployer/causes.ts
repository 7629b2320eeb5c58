import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { PushInView } from './phases.ts';

/** What befalls a push, until it is over. */
export interface Cause {
  readonly name: string;
  /** The deployer is ended before it can report. */
  readonly isSilent?: boolean;
  /** Ctrl-C: exit code 130, whatever the result. */
  readonly interrupts?: boolean;
  /** The host loses all its processes: files of this push may stay until the next one. */
  readonly stopsHost?: boolean;
  /** It needs a host of which the disk can be filled. */
  readonly fillsDisk?: boolean;
  happen(push: PushInView, random: Random): Promise<void>;
}

export const kill: Cause = {
  name: 'kill -9 of the deployer',
  isSilent: true,
  async happen({ run }) {
    run.kill('SIGKILL');
  },
};

export const interrupt: Cause = {
  name: 'Ctrl-C',
  interrupts: true,
  async happen({ run }) {
    run.kill('SIGINT');
  },
};

export const interruptTwice: Cause = {
  name: 'Ctrl-C twice',
  interrupts: true,
  isSilent: true,
  async happen({ run }, random) {
    run.kill('SIGINT');
    await sleep(random.between(0, 300));
    run.kill('SIGINT');
  },
};

/** For a few seconds, or until the deployer has noticed. */
export const linkCut: Cause = {
  name: 'link cut',
  async happen({ host, run }, random) {
    await host.unplug();
    const back = random.between(0, 3_000);
    if (random.pick('short', 'long') === 'long') {
      await run.says(/: asks again over a new connection$/m).catch(() => {});
    }
    await Promise.race([sleep(back), run.ended]);
    await host.plug();
    await run.ended;
    // What hours of TCP's patience would end.
    await endSessions(host);
  },
};

export const sessionKilled: Cause = {
  name: 'ssh session killed',
  async happen({ host }) {
    await endSessions(host, 'KILL');
  },
};

/** Without a word to the deployer: a host that is off sends no packet. */
export const powerCut: Cause = {
  name: 'power cut',
  stopsHost: true,
  async happen({ host }) {
    await host.unplug();
    await host.cut();
    await host.plug();
    await host.boot();
  },
};

export const reboot: Cause = {
  name: 'reboot',
  stopsHost: true,
  async happen({ host }) {
    await host.reboot();
  },
};

/** Not a block and not an entry of a directory is left, until the push has ended. */
export const fullDisk: Cause = {
  name: 'full disk',
  fillsDisk: true,
  async happen({ host, run }) {
    await host.exec(`
      dd if=/dev/zero of=/opt/filled.0 bs=64k 2>/dev/null
      i=1; while (: >/opt/filled.$i) 2>/dev/null; do i=$((i + 1)); done`);
    await run.ended;
    await host.exec('rm -f /opt/filled.*');
  },
};

/** Ends the connections of an sshd, but not what listens. */
async function endSessions(host: PushInView['host'], signal = 'HUP'): Promise<void> {
  await host.exec(`pkill -${signal} -f '^sshd: [^/]'`, { reject: false });
}
