import type { Answers, Stage } from './evening-fleet.ts';

interface Step {
  readonly title: string;
  /** What a reader has to know before. */
  readonly about: string;
  readonly before?: (stage: Stage) => Promise<void>;
  /** After `homelab-deploy`. */
  readonly command: string;
  readonly answers?: (stage: Stage) => Answers;
  readonly code: number;
}

const YES = (): Answers => [[/\[y\/N\] $/, 'y']];

export const evening: readonly Step[] = [
  {
    title: 'An inventory',
    about:
      'The hub runs, and its own agent is on one of the servers, minipc-1. The key and the password of the vault are typed unseen.',
    before: stage => stage.installOther('minipc-1'),
    command: 'init',
    answers: ({ fleet }) => [
      [/Address of the hub.*: $/s, fleet.hubUrl],
      [/API key, not shown.*: $/s, fleet.apiKey],
      [/Keep the key on this machine.*\[y\/N\] $/s, 'n'],
      [/Servers \(.*: $/s, 'nas-[1:2] pi-[1:2] minipc-1'],
      [/User who logs in.*: $/s, fleet.user],
      [/Groups, as.*: $/s, ''],
      [/Vault password file.*: $/s, ''],
      ...YES(),
    ],
    code: 0,
  },
  {
    title: 'Is anything in the way?',
    about: 'Everything from the host key to the hub, on this machine and on each server.',
    command: 'doctor',
    code: 0,
  },
  {
    title: 'The first push',
    about:
      'A server whose agent would lose what it was set to is refused, and the message says how to keep it. The others go on.',
    command: 'push --all',
    answers: YES,
    code: 1,
  },
  {
    title: 'Adopt what is there',
    about: 'The settings of the agent on minipc-1 go into the inventory, its token encrypted.',
    command: 'adopt minipc-1',
    answers: YES,
    code: 0,
  },
  {
    title: 'Take it over',
    about: 'A single server is not asked about.',
    command: 'push minipc-1',
    code: 0,
  },
  {
    title: 'Does the hub receive them?',
    about: 'This asks the hub alone.',
    command: 'verify --wait 90',
    code: 0,
  },
  {
    title: 'The morning view',
    about:
      'The root of these servers is an overlay, not a disk: the figure is missing, and a warning says what to set. Exit code 4 means that there are only warnings.',
    command: 'status',
    code: 4,
  },
  {
    title: 'What would a change do?',
    about: 'A line more in group_vars/all.yml: `homelab_agent_root_mount: /`.',
    before: stage => stage.set('homelab_agent_root_mount: /'),
    command: 'push nas-1 --check --diff',
    code: 0,
  },
  {
    title: 'The change, with a server switched off',
    about: 'pi-2 is off. Nothing failed, so that the exit code is 3.',
    before: stage => stage.fleet.host('pi-2').cut(),
    command: 'push --all',
    answers: YES,
    code: 3,
  },
  {
    title: 'Those that failed, again',
    about: 'pi-2 is on.',
    before: stage => stage.fleet.host('pi-2').boot(),
    command: 'push --failed',
    code: 0,
  },
  {
    title: 'A wrong key',
    about: 'The hub is asked before anything is written.',
    command: 'push nas pi -e homelab_agent_api_key=wrong',
    code: 2,
  },
  {
    title: 'A release that does not stay up',
    about: 'One server first; it is restored, and the others are not touched.',
    before: stage => stage.makeBroken(),
    command: 'push --all --serial 1,100% --dist broken',
    answers: YES,
    code: 1,
  },
  {
    title: 'Which releases are there?',
    about: 'The one that failed is kept for a look.',
    command: 'releases nas-1',
    code: 0,
  },
  {
    title: 'Back to the release before',
    about: 'Build, unit, configuration and runtime together.',
    command: 'rollback nas-1',
    answers: YES,
    code: 0,
  },
  {
    title: 'And forward: an upgrade',
    about:
      'Each server that changes reports the time between its last heartbeat before and its first after.',
    command: 'push --all',
    code: 0,
  },
  {
    title: 'A token of its own',
    about: 'nas-1 no longer needs the key of the hub.',
    command: 'enroll nas-1',
    answers: YES,
    code: 0,
  },
  {
    title: 'Remove it',
    about: 'The inventory may keep the server with `homelab_agent_state: absent`.',
    command: 'uninstall pi-2 --purge',
    answers: YES,
    code: 0,
  },
];
