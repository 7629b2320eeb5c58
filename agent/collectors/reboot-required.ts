import type { Host } from '../host/host.ts';
import * as kernels from './kernels.ts';

const flags = ['run/reboot-required', 'var/run/reboot-required'];

/** What leaves the file: update-notifier for any package, the others' hooks for kernels. */
const writer = 'usr/share/update-notifier/notify-reboot-required';
const hooks = 'etc/kernel/postinst.d';
const hookNames = /^(?:zz-)?(?:update-notifier|unattended-upgrades|reboot-notifier)/;

/**
 * Whether the machine has to be restarted: by the file that packages of Debian and Ubuntu leave, or because a newer
 * kernel was installed since it started. Null where nothing would write that file, and in a container, which has no
 * kernel.
 */
export class RebootRequired {
  readonly #host: Host;
  #seen = '';
  #superseded = false;
  #hasWriter = false;

  constructor(host: Host) {
    this.#host = host;
  }

  read(inContainer: boolean): boolean | null {
    if (inContainer || !this.#host.exists('var/lib/dpkg/status')) return null;
    this.#lookWhenChanged();
    if (this.#superseded || flags.some(path => this.#host.exists(path))) return true;
    return this.#hasWriter ? false : null;
  }

  /** Only with the installed packages: /boot may be an automount, which each look would keep. */
  #lookWhenChanged(): void {
    const now = kernels.fingerprint(this.#host);
    if (now === this.#seen) return;
    this.#seen = now;
    this.#superseded = kernels.isSuperseded(this.#host);
    this.#hasWriter =
      this.#host.exists(writer) || this.#host.list(hooks).some(name => hookNames.test(name));
  }
}
