import { stringify } from 'yaml';
import { ADMIN } from './fleet-admin.ts';

export interface InventoryOptions {
  /** Variables of all hosts. */
  vars?: Record<string, unknown>;
  /** Variables of single hosts. */
  hosts?: Record<string, Record<string, unknown>>;
}

/**
 * The fleet as an Ansible inventory: a group for each kind, which is the name before the last dash, below `homelab`.
 * All of it is written out, so that a failing test leaves a file that can be run by hand.
 */
export function inventoryYaml(
  fleet: {
    hosts: { name: string; address: string }[];
    keyFile: string;
    knownHostsFile: string;
    hubUrl: string;
    apiKey: string;
  },
  options: InventoryOptions = {},
): string {
  const children: Record<string, { hosts: Record<string, unknown> }> = {};
  for (const { name, address } of fleet.hosts) {
    const kind = name.replace(/-[^-]*$/, '');
    children[kind] ??= { hosts: {} };
    children[kind].hosts[name] = { ansible_host: address, ...options.hosts?.[name] };
  }
  const vars = {
    ansible_user: ADMIN.user,
    ansible_ssh_private_key_file: fleet.keyFile,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${fleet.knownHostsFile} -o IdentitiesOnly=yes`,
    homelab_agent_hub_url: fleet.hubUrl,
    homelab_agent_api_key: fleet.apiKey,
    // A host's root is an overlay, which the agent takes for a disk only if it is told to.
    homelab_agent_root_mount: '/',
    ...options.vars,
  };
  return stringify({ all: { vars, children: { homelab: { children } } } }, { lineWidth: 0 });
}

/** An OpenSSH configuration by which `ssh -F FILE NAME` enters a host. */
export function sshConfig(fleet: {
  hosts: { name: string; address: string }[];
  keyFile: string;
  knownHostsFile: string;
}): string {
  const common = [
    'Host *',
    `  User ${ADMIN.user}`,
    `  IdentityFile ${fleet.keyFile}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${fleet.knownHostsFile}`,
    '  GlobalKnownHostsFile none',
    '  StrictHostKeyChecking yes',
    '  HashKnownHosts no',
  ];
  const hosts = fleet.hosts.flatMap(({ name, address }) => [
    `Host ${name}`,
    `  HostName ${address}`,
  ]);
  return `${[...hosts, ...common].join('\n')}\n`;
}
