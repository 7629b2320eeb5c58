/**
 * Every path and name that this project owns on a server. `npm run generate` writes them for the shell and the role.
 */
export const places = {
  base: '/opt/homelab-agent',
  releases: '/opt/homelab-agent/releases',
  current: '/opt/homelab-agent/current',
  previous: '/opt/homelab-agent/previous',
  runtimes: '/opt/homelab-agent/runtime',
  /** The files of another agent that was here, kept for a rollback. */
  takeover: '/opt/homelab-agent/takeover',
  /** Exists only while a release is being activated: what to restore if it fails. */
  activating: '/opt/homelab-agent/activating',
  configDir: '/etc/homelab-agent',
  config: '/etc/homelab-agent/config.yaml',
  unit: '/etc/systemd/system/homelab-agent.service',
  unitName: 'homelab-agent.service',
  user: 'homelab-agent',
  state: '/var/lib/homelab-agent',
  status: '/run/homelab-agent/status.json',
  lock: '/run/homelab-agent-install.lock',
  /** A link to the live release's agent on root's path, where that name is free. */
  command: '/usr/local/sbin/homelab-agent',
  journalTag: 'homelab-deploy',
  /** Where the role unpacks what it copies: beside the agent's directory, whose contents a takeover moves away. */
  incoming: '/opt/homelab-agent.incoming',
} as const;

/** The modes that a server ends up with, as `stat -c %a` and Ansible write them. */
export const modes = {
  directory: '0755',
  config: '0640',
  unit: '0644',
} as const;
