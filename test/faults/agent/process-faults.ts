import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentFault, Remove } from './agent-fault.ts';
import { limitGroup } from './memory-group.ts';
import { clockFile, configFile, sh, user } from './namespace.ts';
import type { Usage } from './service.ts';

const goOn = { expected: 'the beats go on', beats: 'go on' } as const;
const again = {
  expected: 'started again, and beats',
  beats: 'may be missed',
  restart: 'must',
  recovers: 8,
} as const;

/** The process itself: its memory, its signals, its limits, its time, and who listens to it. */
export const processFaults: readonly AgentFault[] = [
  {
    name: 'process: SIGKILL',
    times: 3,
    ...again,
    lasts: [0, 3],
    cause: ({ service }) => {
      service.signal('SIGKILL');
      return () => {};
    },
  },
  {
    name: 'process: SIGKILL again and again while it starts',
    times: 3,
    ...again,
    lasts: [0, 0],
    cause: async ({ service }, random) => {
      for (let left = 3; left > 0; left--) {
        const { pid } = service;
        service.signal('SIGKILL');
        while (service.pid === pid) await sleep(10);
        await sleep(random.between(0, 1_500));
      }
      return () => {};
    },
  },
  {
    name: 'process: SIGTERM while it starts',
    times: 3,
    ...again,
    lasts: [0, 1],
    cause: async ({ service }, random) => {
      const { pid } = service;
      service.signal('SIGKILL');
      while (service.pid === pid) await sleep(10);
      await sleep(random.between(0, 1_500));
      service.signal('SIGTERM');
      return () => {};
    },
  },
  {
    name: 'process: SIGSTOP, then SIGCONT',
    times: 3,
    expected: 'the next beat on time',
    beats: 'may be missed',
    lasts: [0, 15],
    cause: ({ service }) => {
      service.signal('SIGSTOP');
      return () => service.signal('SIGCONT');
    },
  },
  {
    name: 'process: SIGSTOP in the middle of a request',
    times: 3,
    expected: 'missed beats are sent afterwards',
    beats: 'are sent later',
    lasts: [1, 5],
    cause: async ({ service, front }) => {
      const before = front.connections;
      front.mode = () => {};
      while (front.connections === before) await sleep(5);
      service.signal('SIGSTOP');
      return () => {
        front.mode = undefined;
        service.signal('SIGCONT');
      };
    },
  },
  {
    name: 'process: reloads in a row',
    times: 3,
    expected: 'missed beats are sent afterwards',
    beats: 'may be missed',
    cause: async ({ service }, random) => {
      for (let left = random.between(5, 15); left > 0; left--) {
        service.signal('SIGHUP');
        await sleep(random.between(0, 200));
      }
      return () => {};
    },
  },
  {
    name: 'process: a reload of a broken configuration',
    times: 3,
    ...goOn,
    lasts: [2, 5],
    cause: ({ service }, random) => {
      const text = readFileSync(configFile);
      writeFileSync(configFile, text.subarray(0, random.between(0, text.length)));
      service.signal('SIGHUP');
      return () => {
        writeFileSync(configFile, text);
        service.signal('SIGHUP');
      };
    },
  },
  {
    name: 'process: its file is removed during a reload',
    times: 3,
    ...goOn,
    cause: ({ service }) => {
      sh(`mv ${configFile} ${configFile}.away`);
      service.signal('SIGHUP');
      return () => {
        sh(`mv ${configFile}.away ${configFile}`);
        service.signal('SIGHUP');
      };
    },
  },
  {
    name: 'memory: a limit on its data that bites',
    times: 3,
    expected: 'beats again, by a new start if need be',
    beats: 'may be missed',
    restart: 'may',
    recovers: 8,
    cause: ({ service }, random) =>
      limitOwn(service.pid, 'data', random.between(1, 20) * 1_000_000),
  },
  {
    name: 'memory: a control group that bites',
    times: 3,
    expected: 'beats again, by a new start if need be',
    beats: 'may be missed',
    restart: 'may',
    recovers: 8,
    cause: ({ service }, random) => limitGroup(service.pid, random.between(1, 8) * 1_000_000),
  },
  limit('descriptors: none left', 3, 'nofile', usage => usage.descriptors),
  limit('processes: none left', 3, 'nproc', () => 1),
  {
    name: 'journal: closed',
    times: 3,
    expected: 'missed beats are sent afterwards',
    beats: 'are sent later',
    cause: async ({ service, front }) => {
      service.closeJournal();
      await front.down();
      await sleep(500);
      await front.up();
      return () => {};
    },
  },
  {
    name: 'systemd: its socket is not read',
    times: 3,
    ...goOn,
    cause: ({ service }) => {
      service.deafen('SIGSTOP');
      return () => service.deafen('SIGCONT');
    },
    lasts: [15, 20],
  },
  {
    name: 'systemd: its socket is made anew',
    times: 3,
    ...goOn,
    cause: ({ service }) => {
      service.deafen('SIGKILL');
      sh('rm /run/systemd/notify');
      return () => service.listen();
    },
  },
  clock('an hour back', 3, -3_600_000),
  clock('a day ahead', 3, 86_400_000),
  clock('in 1970', 3, -Date.now() + 1_000_000),
  clock('in 2106', 2, Date.parse('2106-02-07') - Date.now()),
  {
    name: 'clock: another at each beat',
    times: 3,
    ...goOn,
    cause: (_world, random) => {
      const jump = () =>
        writeFileSync(clockFile, String(random.between(-100_000_000, 100_000_000)));
      const timer = setInterval(jump, 700);
      return () => {
        clearInterval(timer);
        writeFileSync(clockFile, '0');
      };
    },
  },
];

function clock(name: string, times: number, offset: number): AgentFault {
  return {
    name: `clock: ${name}`,
    times,
    ...goOn,
    cause: () => {
      writeFileSync(clockFile, String(offset));
      return () => writeFileSync(clockFile, '0');
    },
  };
}

/** A limit of the process's own, so that one that is started anew has none. */
function limit(
  name: string,
  times: number,
  what: Limited,
  value: (usage: Usage) => number,
): AgentFault {
  return {
    name,
    times,
    expected: 'missed beats are sent afterwards',
    beats: 'are sent later',
    cause: ({ service }) => limitOwn(service.pid, what, value(service.usage())),
  };
}

/** What prlimit calls a limit, and /proc. */
const limited = { data: 'data size', nofile: 'open files', nproc: 'processes' } as const;
type Limited = keyof typeof limited;

function limitOwn(pid: number, what: Limited, value: number): Remove {
  const file = `/proc/${pid}/limits`;
  const [, before] =
    new RegExp(`^Max ${limited[what]} +(\\w+)`, 'm').exec(readFileSync(file, 'utf8')) ?? [];
  // As the same user: to do it as root takes CAP_SYS_RESOURCE, which a container may lack.
  const as = `setpriv --reuid=${user.uid} --regid=${user.gid} --clear-groups`;
  sh(`${as} prlimit --pid ${pid} --${what}=${value}:`);
  return () => {
    if (existsSync(file)) sh(`${as} prlimit --pid ${pid} --${what}=${before}:`);
  };
}
