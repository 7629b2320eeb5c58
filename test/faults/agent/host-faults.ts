import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentFault } from './agent-fault.ts';
import { answer, answers, dpkgStatus, sh, updates } from './namespace.ts';
import type { World } from './world.ts';

const goOn = { expected: 'the beats go on', beats: 'go on' } as const;
/** Of Command, for apt-get: a minute of the agent's. */
const aptLimit = [7, 9] as const;

/** What the agent asks of its host, and how much of it there is. */
export const hostFaults: readonly AgentFault[] = [
  apt('hangs', 3, aptLimit),
  apt('fails', 3),
  apt('floods', 3),
  apt('dies', 3),
  {
    name: 'apt: 2,000 pending packages',
    times: 3,
    ...goOn,
    lasts: [4, 6],
    cause: () => {
      newPackages(2_000);
      return () => newPackages(3);
    },
    check: world => expectUpdates(world, 2_000),
    recovered: body => body['updates_available'] === 3,
    recovers: 6,
  },
  systemd('fails', 'systemd: D-Bus is gone', 3),
  systemd('hangs', 'systemd: systemctl hangs', 3),
  systemd('floods', 'systemd: systemctl without end', 3),
  {
    name: 'systemd: 200 monitored services',
    times: 3,
    ...goOn,
    cause: world => {
      const before = world.services;
      world.services = Array.from({ length: 200 }, (_, at) => `service-${at}`);
      reload(world);
      return () => {
        world.services = before;
        reload(world);
      };
    },
    check: world => expectLength(world, 'services', 200),
  },
  {
    name: 'host: 5,000 mounts',
    times: 3,
    ...goOn,
    lasts: [4, 6],
    cause: () => {
      manyMounts(2_500);
      return () => void sh('umount --lazy /mnt');
    },
  },
  {
    name: 'host: 300 interfaces',
    times: 3,
    ...goOn,
    lasts: [4, 6],
    cause: () => {
      batch(at => `link add many-${at} type veth peer name peer-${at}`);
      return () => batch(at => `link delete many-${at}`);
    },
  },
];

function apt(how: string, times: number, lasts?: readonly [number, number]): AgentFault {
  return {
    name: `apt: ${how}`,
    times,
    ...goOn,
    ...(lasts && { lasts }),
    cause: () => {
      answer('apt-get', how);
      newPackages(4);
      return () => {
        answer('apt-get', 'well');
        newPackages(3);
      };
    },
    recovered: body => body['updates_available'] === 3,
    // What hangs is ended after a minute, and asked once more after the next change.
    recovers: 12,
  };
}

function systemd(how: string, name: string, times: number): AgentFault {
  return {
    name,
    times,
    // A question has 10 s, an interval here: some beats are late, none is lost.
    expected: 'services unknown, missed beats are sent',
    beats: 'are sent later',
    cause: world => {
      answer('systemctl', how);
      // A reload of other services asks at once.
      world.services = [...world.services, 'nginx'];
      reload(world);
      return () => answer('systemctl', 'well');
    },
    recovered: body => JSON.stringify(body['services']).includes('nginx'),
    recovers: 6,
  };
}

/** So many updates, of which apt has to be asked. */
function newPackages(count: number): void {
  writeFileSync(join(answers, 'updates'), updates(count));
  sh(`touch ${dpkgStatus}`);
}

function reload(world: World): void {
  world.configure();
  world.service.signal('SIGHUP');
}

/** The number of mount(2): five thousand processes would take a while. */
const mountCall = process.arch === 'arm64' ? 40 : 165;

/** Half of them file systems of their own, half the same one once more. */
function manyMounts(half: number): void {
  const script = `
    mkdir "/mnt/own"; mkdir "/mnt/same";
    for my $at (1..${half}) {
      mkdir "/mnt/own/$at"; mkdir "/mnt/same/$at";
      syscall(${mountCall}, my $a = "tmpfs", my $b = "/mnt/own/$at", my $c = "tmpfs", 0, 0) == 0 or die $!;
      syscall(${mountCall}, my $d = "/opt", my $e = "/mnt/same/$at", my $f = "none", 4096, 0) == 0 or die $!;
    }`;
  sh(`mount -t tmpfs -o mode=0755 tmpfs /mnt; perl -e '${script}'`);
}

function batch(line: (at: number) => string): void {
  const lines = Array.from({ length: 150 }, (_, at) => line(at)).join('\n');
  writeFileSync('/opt/batch', lines);
  sh('ip -batch /opt/batch');
}

function expectUpdates(world: World, count: number): void {
  const found = world.live.at(-1)?.body['updates_available'];
  if (found !== count) throw new Error(`Expected ${count} updates, found ${found}`);
}

function expectLength(world: World, field: string, length: number): void {
  const found = world.live.at(-1)?.body[field];
  if (!Array.isArray(found) || found.length !== length) {
    throw new Error(
      `Expected ${length} ${field}, found ${Array.isArray(found) ? found.length : found}`,
    );
  }
}
