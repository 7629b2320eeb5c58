import type { Metrics, NetworkInterface } from '../contract/heartbeat.ts';
import type { Interface } from './interfaces.ts';

type Totals = Pick<Metrics, 'network_rx_bytes' | 'network_tx_bytes'>;

/**
 * The interfaces to report, as the hub keeps every row: not the loopback, no guest's interface
 * of a bridge, nothing virtual that is down and never carried a packet.
 */
export function listed(interfaces: readonly Interface[]): NetworkInterface[] {
  const hasPhysical = interfaces.some(each => each.isPhysical);
  return interfaces
    .filter(each => {
      if (each.name === 'lo') return false;
      if (each.isPhysical) return true;
      if (each.isBridgePort || each.isGuestEnd) return false;
      // In a container its own interface is one end of a pair.
      if (hasPhysical && each.isPair) return false;
      return each.isUp || each.rxPackets + each.txPackets > 0;
    })
    .map(each => ({
      name: each.name,
      rx_bytes: each.rxBytes,
      tx_bytes: each.txBytes,
      rx_packets: each.rxPackets,
      tx_packets: each.txPackets,
      is_up: each.isUp,
    }));
}

/**
 * Bytes that entered or left the machine, each counted once: those of the physical interfaces. What runs over a bridge,
 * a bond, a VLAN or a VPN passes one of those as well. In a container, which has none, it is the interface of the
 * default route, or its own ends of pairs where that is a tunnel.
 */
export function totals(
  interfaces: readonly Interface[],
  defaultRoute: () => string | null,
): Totals {
  const physical = interfaces.filter(each => each.isPhysical);
  const names = new Set(physical.map(each => each.name));
  // A virtual machine's accelerated port is physical and has a physical master; a port of a switch chip (DSA) lies on
  // the physical conduit that carries all its packets.
  let counted = physical.filter(each => !each.related.some(other => names.has(other)));
  if (counted.length === 0) {
    const route = defaultRoute();
    const ends = interfaces.filter(each => each.isPair && !each.isBridgePort && !each.isGuestEnd);
    const routed = interfaces.filter(each => each.name === route);
    counted = ends.length > 0 && !routed.some(each => each.isPair) ? ends : routed;
  }
  if (counted.length === 0) {
    counted = interfaces.filter(each => each.name !== 'lo' && !each.isBridgePort && each.isUp);
  }
  if (counted.length === 0) return { network_rx_bytes: null, network_tx_bytes: null };
  return {
    network_rx_bytes: sum(counted.map(each => each.rxBytes)),
    network_tx_bytes: sum(counted.map(each => each.txBytes)),
  };
}

/** Without what a broken driver counts: all ones of 64 bits. */
function sum(bytes: readonly number[]): number {
  return bytes.filter(Number.isSafeInteger).reduce((total, each) => total + each, 0);
}
