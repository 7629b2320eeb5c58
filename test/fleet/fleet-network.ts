import {
  controllerAddress,
  controllerNamespace,
  hostAddress,
  hostMac,
  hostNamespace,
  hubAddress,
} from './fleet-names.ts';

/** The bridge's end of a host's cable, inside the controller's namespace. */
export function cableOf(index: number): string {
  return `h${index}`;
}

/**
 * A shell script that lays the fleet's network: a bridge in the controller's namespace and one namespace with one
 * cable for each host. Nothing forwards, so no packet leaves it.
 */
export function networkUpScript(fleet: number, hosts: string[]): string {
  const controller = controllerNamespace(fleet);
  const lines = [
    `ip netns add ${controller}`,
    `ip -n ${controller} link set lo up`,
    `ip -n ${controller} link add br0 type bridge`,
    `ip -n ${controller} addr add ${controllerAddress(fleet)}/24 dev br0`,
    `ip -n ${controller} addr add ${hubAddress(fleet)}/24 dev br0`,
    `ip -n ${controller} link set br0 up`,
  ];
  for (const [index, host] of hosts.entries()) {
    const namespace = hostNamespace(fleet, host);
    const cable = cableOf(index);
    lines.push(
      `ip netns add ${namespace}`,
      `ip -n ${controller} link add ${cable} type veth peer name eth0 address ${hostMac(fleet, index)} netns ${namespace}`,
      `ip -n ${controller} link set ${cable} master br0 up`,
      `ip -n ${namespace} link set lo up`,
      `ip -n ${namespace} addr add ${hostAddress(fleet, index)}/24 dev eth0`,
      `ip -n ${namespace} link set eth0 up`,
      // The default route makes eth0 the primary interface; behind it nothing forwards.
      `ip -n ${namespace} route add default via ${controllerAddress(fleet)}`,
    );
  }
  return `set -eu\n${lines.join('\n')}\n`;
}

/** /etc/hosts of the controller: every host by its name, and the hub. */
export function hostsFile(fleet: number, hosts: string[]): string {
  const entries = hosts.map((host, index) => `${hostAddress(fleet, index)} ${host}`);
  return ['127.0.0.1 localhost', `${hubAddress(fleet)} hub`, ...entries, ''].join('\n');
}
