import { basename } from 'node:path';
import type { Host } from '../../host/host.ts';
import type { Mount } from '../mounts.ts';
import type { Finding, Reading } from './finding.ts';
import * as fstab from './fstab.ts';

/**
 * File systems that are read-only though fstab wants them writable, as the kernel makes them after an error. Only where
 * the file system itself is read-only: a bind mount, or our own sandbox, may be so by intent.
 *
 * @param mounts of disks
 */
export function judge(wanted: readonly fstab.Wanted[], mounts: readonly Mount[]): Reading {
  const at = new Map(mounts.map(mount => [mount.mountPoint, mount]));
  const pairs = wanted.flatMap(line => {
    const mount = at.get(line.mountPoint);
    // Another type lies there where the root is an overlay or an image: fstab does not speak of that.
    const same = line.fsType === 'auto' || line.fsType.split(',').includes(mount?.fsType ?? '');
    return mount === undefined || !same || line.readOnly ? [] : [mount];
  });
  return {
    watched: pairs.map(({ mountPoint }) => `mount ${mountPoint}`),
    findings: pairs.filter(mount => mount.superblockReadOnly).map(finding),
  };
}

function finding({ mountPoint, source }: Mount): Finding {
  const text = `${mountPoint} is mounted read-only, fstab wants it writable: see "journalctl -k" for the error`;
  const devices = [basename(source)];
  return { code: 'read-only', severity: 'fault', subject: mountPoint, text, devices };
}

/** Reads fstab again only when it has changed. */
export class ReadOnly {
  readonly #host: Host;
  #modified: number | null = null;
  #wanted: readonly fstab.Wanted[] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  read(mounts: readonly Mount[]): Reading {
    const modified = this.#host.modified('etc/fstab');
    if (modified === null || modified !== this.#modified) {
      this.#wanted = fstab.parse(this.#host.read('etc/fstab') ?? '');
      this.#modified = modified;
    }
    return judge(this.#wanted, mounts);
  }
}
