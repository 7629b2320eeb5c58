import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** A private certification authority, as a homelab has one, in a directory of its own. */
export class Authority {
  readonly file: string;
  readonly #directory: string;
  readonly #key: string;

  private constructor(directory: string, name: string) {
    this.#directory = directory;
    this.file = join(directory, `${name}.pem`);
    this.#key = join(directory, `${name}.key`);
  }

  static async make(directory: string, name: string): Promise<Authority> {
    const authority = new Authority(directory, name);
    await openssl(directory, [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', authority.#key, '-out', authority.file, '-days', '30', '-subj', `/CN=${name}`],
    ]);
    return authority;
  }

  /** Signs a certificate for `altName`, such as `IP:127.0.0.1`; `days` may be negative for one that has expired. */
  async sign(altName: string, days = 30): Promise<Certificate> {
    const name = altName.replace(/\W/g, '-') + days;
    const [request, key, certificate, extensions] = ['csr', 'key', 'pem', 'ext'].map(end =>
      join(this.#directory, `${name}.${end}`),
    ) as [string, string, string, string];
    await writeFile(extensions, `subjectAltName=${altName}\n`);
    await openssl(this.#directory, [
      ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', key, '-out', request, '-subj', '/CN=hub'],
    ]);
    await openssl(this.#directory, [
      ...['x509', '-req', '-in', request, '-CA', this.file, '-CAkey', this.#key],
      ...['-CAcreateserial', '-out', certificate, '-days', `${days}`, '-extfile', extensions],
    ]);
    return { certificate, key };
  }
}

async function openssl(cwd: string, args: readonly string[]): Promise<void> {
  await execa('openssl', args, { cwd });
}
