import type { Metrics, NetworkInterface } from '../contract/heartbeat.ts';
import type { Host } from '../host/host.ts';
import type { Warn } from './collector-run.ts';
import * as defaultRoute from './default-route.ts';
import * as foreignSysfs from './foreign-sysfs.ts';
import * as interfaces from './interfaces.ts';
import { MacAddress } from './mac-address.ts';
import { listed, totals } from './network.ts';

interface Network {
  interfaces: NetworkInterface[];
  totals: Pick<Metrics, 'network_rx_bytes' | 'network_tx_bytes'>;
}

/** The host's interfaces, its total traffic and its MAC address. */
export class HostNetwork {
  readonly #host: Host;
  readonly #mac: MacAddress;
  #foreign: ReadonlyMap<string, string> | null = null;

  constructor(host: Host) {
    this.#host = host;
    this.#mac = new MacAddress(host);
  }

  read(inContainer: boolean): Network {
    // Only a container can have the wrong /sys, so only a container is checked.
    this.#foreign = inContainer ? foreignSysfs.read(this.#host) : null;
    const all = interfaces.read(this.#host, this.#foreign);
    return { interfaces: listed(all), totals: totals(all, () => defaultRoute.read(this.#host)) };
  }

  /** Of the interfaces that `read` has just seen. */
  macAddress(warn: Warn): string | null {
    const address = this.#mac.read(this.#foreign);
    if (address === null) {
      warn('mac-address-unknown', 'No interface with a hardware address: mac_address is null');
    }
    return address;
  }
}
