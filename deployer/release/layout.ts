/**
 * Every path that this project owns on a server, once. `install-agent.sh` names the same ones at its head,
 * and a test compares the two.
 */
export const layout = {
  base: '/opt/homelab-agent',
  releases: '/opt/homelab-agent/releases',
  current: '/opt/homelab-agent/current',
  previous: '/opt/homelab-agent/previous',
  runtimes: '/opt/homelab-agent/runtime',
  /** What an agent of another make had here, kept so that a rollback can bring it back. */
  takeover: '/opt/homelab-agent/takeover',
  /** There only while a release is being activated: what to put back if it does not get through. */
  activating: '/opt/homelab-agent/activating',
  configDir: '/etc/homelab-agent',
  config: '/etc/homelab-agent/config.yaml',
  unit: '/etc/systemd/system/homelab-agent.service',
  unitName: 'homelab-agent.service',
  user: 'homelab-agent',
  state: '/var/lib/homelab-agent',
  status: '/run/homelab-agent/status.json',
  lock: '/run/homelab-agent-install.lock',
  journalTag: 'homelab-deploy',
} as const;

/** The modes that a server ends up with, as `stat -c %a` and Ansible write them. */
export const modes = {
  directory: '0755',
  config: '0640',
  unit: '0644',
} as const;
