import type { Metrics, NetworkInterface } from '../contract/heartbeat.ts';
import type { Host } from '../host/host.ts';
import * as defaultRoute from './default-route.ts';
import * as foreignSysfs from './foreign-sysfs.ts';
import * as interfaces from './interfaces.ts';
import { MacAddress } from './mac-address.ts';
import { listed, totals } from './network.ts';
import type { StateChangeLog } from './state-change-log.ts';

interface Network {
  interfaces: NetworkInterface[];
  totals: Pick<Metrics, 'network_rx_bytes' | 'network_tx_bytes'>;
}

/** The host's interfaces, its total traffic and its MAC address. */
export class HostNetwork {
  readonly #host: Host;
  readonly #notices: StateChangeLog;
  readonly #mac: MacAddress;
  #foreign: ReadonlyMap<string, string> | null = null;

  constructor(deps: { host: Host; notices: StateChangeLog }) {
    this.#host = deps.host;
    this.#notices = deps.notices;
    this.#mac = new MacAddress(deps.host);
  }

  read(inContainer: boolean): Network {
    // Only a container can have the wrong /sys, so only a container is checked.
    this.#foreign = inContainer ? foreignSysfs.read(this.#host) : null;
    const all = interfaces.read(this.#host, this.#foreign);
    return { interfaces: listed(all), totals: totals(all, () => defaultRoute.read(this.#host)) };
  }

  /** Of the interfaces that `read` has just seen. */
  macAddress(): string | null {
    const address = this.#mac.read(this.#foreign);
    if (address === null) {
      this.#notices.raise('mac', 'No interface with a hardware address: mac_address is null');
    } else {
      this.#notices.clear('mac', 'Hardware address found again');
    }
    return address;
  }
}
