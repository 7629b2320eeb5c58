import { afterKey, type RenderedValue, yamlWord } from '../../inventory/edit/rendered-value.ts';
import type { Answers, ChosenCredential, ChosenHost } from './answers.ts';

/** A new inventory with its comments: variables first, then the groups, and at the end the hosts without one. */
export function renderInventory(answers: Answers): string {
  const { hosts, groups } = answers;
  const grouped = new Set([...groups.values()].flat());
  const alone = hosts.filter(({ name }) => !grouped.has(name));
  const shown = new Set<string>();
  const lines = [
    ...HEAD,
    'all:',
    '  # For every server. A group or a host may set the same variable again: the nearer one wins.',
    '  vars:',
    ...variables(answers).map(line => (line === '' ? '' : `    ${line}`)),
    ...(groups.size === 0 ? [] : ['', '  children:']),
    ...[...groups].flatMap(([group, names]) => [
      `    ${yamlWord(group)}:`,
      '      hosts:',
      ...hosts
        .filter(({ name }) => names.includes(name))
        .flatMap(host => hostLines(host, '        ', shown)),
    ]),
    ...(alone.length === 0 ? [] : ['', '  hosts:']),
    ...alone.flatMap(host => hostLines(host, '    ', shown)),
  ];
  return `${lines.join('\n')}\n`;
}

const HEAD = [
  '# The servers to watch, for homelab-deploy and Ansible alike; written by "homelab-deploy init", yours to change.',
  '# "homelab-deploy inventory HOST" shows what is set for a server.',
  '',
];

function variables({ hubUrl, hubCaFile, credential, user }: Answers): string[] {
  return [
    ...variableLines([...hubVariables(hubUrl, hubCaFile), ...credentialVariables(credential)]),
    ...(credential.kind === 'none' ? ['', ...NO_KEY] : []),
    '',
    ...userLines(user),
    '',
    '# If sudo asks for a password: vault it in the same way, or give the commands -K.',
    '# ansible_become_password: ...',
    '',
    '# Units whose state each heartbeat reports, named exactly as on the hub; for one group or host as well.',
    '# homelab_agent_monitored_services: [ssh, docker]',
  ];
}

/** A variable with its comment. */
export interface CommentedVariable {
  readonly comment: string;
  readonly name: string;
  readonly value: RenderedValue;
}

/** Where the hub is. */
export function hubVariables(hubUrl: string, caFile: string | undefined): CommentedVariable[] {
  const url: CommentedVariable = {
    comment: 'Where the hub listens: its own port, not a proxy in front of it.',
    name: 'homelab_agent_hub_url',
    value: { kind: 'word', text: yamlWord(hubUrl) },
  };
  if (caFile === undefined) return [url];
  const authority: CommentedVariable = {
    comment:
      "The hub's private authority, in a file of this machine; homelab_agent_ca_file names one on the servers.",
    name: 'homelab_deploy_hub_ca_file',
    value: { kind: 'word', text: yamlWord(caFile) },
  };
  return [url, authority];
}

/** What holds the hub's key. */
export function credentialVariables(credential: ChosenCredential): CommentedVariable[] {
  if (credential.kind === 'none') return [];
  const value: RenderedValue = { kind: 'vault', lines: credential.key };
  if (credential.kind === 'tokens') {
    const comment = `The hub's API key for this machine alone: with it "homelab-deploy enroll" gives each server a token.`;
    return [{ comment, name: 'homelab_deploy_hub_api_key', value }];
  }
  const comment = `The hub's API key, encrypted. "homelab-deploy enroll" gives each server a token in its place.`;
  return [{ comment, name: 'homelab_agent_api_key', value }];
}

/** Variables with their comments, a blank line between two. */
export function variableLines(variables: readonly CommentedVariable[]): string[] {
  return variables.flatMap(({ comment, name, value }, at) => [
    ...(at === 0 ? [] : ['']),
    `# ${comment}`,
    ...`${name}${afterKey(value, '')}`.split('\n'),
  ]);
}

const NO_KEY = [
  "# The hub's API key is missing. Put in what this prints:",
  '#   ansible-vault encrypt_string --name homelab_agent_api_key',
];

function userLines(user: string | undefined): string[] {
  if (user === undefined) {
    return [
      '# Who logs in on the servers; without this line OpenSSH decides (~/.ssh/config).',
      '# ansible_user: admin',
    ];
  }
  return [
    '# Who logs in on the servers. It must be allowed to become root with sudo.',
    `ansible_user: ${yamlWord(user)}`,
  ];
}

/** The variables of a host are set where it comes first. */
function hostLines({ name, address, port }: ChosenHost, indent: string, shown: Set<string>) {
  const isFirst = !shown.has(name);
  shown.add(name);
  const values = [
    ...(isFirst && address !== undefined ? [`ansible_host: ${yamlWord(address)}`] : []),
    ...(isFirst && port !== undefined ? [`ansible_port: ${port}`] : []),
  ];
  return [`${indent}${yamlWord(name)}:`, ...values.map(line => `${indent}  ${line}`)];
}
