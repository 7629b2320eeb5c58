import type { FleetHost } from '../fleet/fleet-host.ts';

const PLACES =
  '/opt/homelab-agent /opt/homelab-agent.incoming /etc/homelab-agent /etc/systemd/system/homelab-agent.service';

/** Whether the hub accepted a beat of a release is noted when another takes its turn. */
const EXCEPT = "! -path '/opt/homelab-agent/releases/*/accepted'";

const SCRIPT = `
find ${PLACES} ${EXCEPT} -printf '%y %m %u:%g %p -> %l\\n' 2>/dev/null | sort
find ${PLACES} ${EXCEPT} -type f -exec sha256sum {} + 2>/dev/null | sort -k 2
getent passwd homelab-agent
getent group homelab-agent
find /etc/systemd/system -name '*homelab-agent*' | sort
stat -c '%a %U:%G %n' /var/lib/homelab-agent 2>/dev/null || :
find /var/tmp /tmp -maxdepth 1 -name 'homelab*' -o -maxdepth 1 -name 'ansible*'
`;

/**
 * All that stands on a server because of the agent, as text to compare: type, mode, owner, path and link target of
 * everything, the digest of every file, the user and the group.
 */
export async function tree(host: FleetHost): Promise<string> {
  return (await host.exec(SCRIPT)).stdout;
}

/** The same without what an earlier release left for a rollback. */
export async function liveTree(host: FleetHost): Promise<string> {
  const lines = (await tree(host)).split('\n');
  const current = (await host.exec('readlink /opt/homelab-agent/current')).stdout;
  return lines
    .filter(line => !line.includes('/releases/') || line.includes(`/${current}`))
    .filter(line => !line.includes('/opt/homelab-agent/previous'))
    .join('\n');
}
