import { ANSIBLE_PACKAGES, FLEET_PACKAGES, missing } from '../fleet/packages.ts';
import {
  noBtrfs,
  noEmulation,
  noFuse,
  noIpv6,
  noMachines,
  noNamespaces,
  noServers,
  noSshd,
} from './machine.ts';

interface Needed {
  /** What stands in the way and cannot be installed. */
  readonly obstacle?: () => string | undefined;
  /** The Debian packages that bring it. */
  readonly packages?: readonly string[];
}

/** What tests need of a machine beside Node, npm and what every Debian has. */
const NEEDS = {
  servers: { obstacle: noServers, packages: FLEET_PACKAGES },
  'arm64 servers': { obstacle: noEmulation, packages: ['qemu-user-static'] },
  namespaces: { obstacle: noNamespaces },
  FUSE: { obstacle: noFuse },
  btrfs: { obstacle: noBtrfs, packages: ['btrfs-progs'] },
  'virtual machines': { obstacle: noMachines, packages: ['qemu-system-x86'] },
  sshd: { obstacle: noSshd, packages: ['openssh-server', 'openssh-client'] },
  Ansible: { packages: ANSIBLE_PACKAGES },
  IPv6: { obstacle: noIpv6 },
  'ssh-keygen': { packages: ['openssh-client'] },
  shellcheck: { packages: ['shellcheck'] },
  git: { packages: ['git'] },
  shells: { packages: ['bash-completion', 'zsh', 'fish'] },
  // Its official binary is linked against it.
  'Node 26': { packages: ['libatomic1'] },
} satisfies Record<string, Needed>;

export type Need = keyof typeof NEEDS;
/** What this machine lacks, in words, by the need that it does not fulfil. */
export type Lacks = Partial<Record<Need, string>>;

/** Where the runner, which looks once, tells its test files what this machine lacks. */
export const LACKS_VARIABLE = 'HOMELAB_TEST_LACKS';

/** Set on a machine that is there to run every test. */
export const nothingMaySkip = !['', 'false', undefined].includes(process.env['CI']);

let known: Lacks | undefined = JSON.parse(process.env[LACKS_VARIABLE] ?? 'null') ?? undefined;

/**
 * Options for a test or a suite: skipped, with the reason, where this machine lacks something. Where nothing may skip
 * it throws, so that a green run is not mistaken for a complete one.
 */
export function need(...needs: Need[]): { skip: string | false } {
  known ??= findLacks();
  const lacks = known;
  const found = needs.flatMap(each => lacks[each] ?? []);
  if (found.length === 0) return { skip: false };
  if (nothingMaySkip) throw new Error(lackLine(found));
  return { skip: lackLine(found) };
}

/** Looks at the machine as it is now. */
export function findLacks(): Lacks {
  const lacks: Lacks = {};
  for (const [name, { obstacle, packages }] of entries()) {
    const lack = obstacle?.() ?? missing(packages ?? []).join(', ');
    if (lack !== '') lacks[name] = lack;
  }
  return lacks;
}

/** The packages that would help this machine, where nothing else stands in the way. */
export function helpfulPackages(): string[] {
  const possible = entries().filter(([, { obstacle }]) => obstacle?.() === undefined);
  return [...new Set(possible.flatMap(([, { packages = [] }]) => packages))];
}

export function lackLine(lacks: readonly string[]): string {
  return `This machine lacks ${[...new Set(lacks.join(', ').split(', '))].join(', ')}`;
}

function entries(): [Need, Needed][] {
  return Object.entries(NEEDS) as [Need, Needed][];
}
