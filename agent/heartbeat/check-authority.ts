import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../contract/keys.ts';

/**
 * Checks the ca_file, if the hub is reached over TLS and one is configured.
 * Throws ConfigError when it cannot be read or holds no certificate.
 */
export function checkAuthority(
  { hub_url, ca_file: file }: Pick<Config, 'hub_url' | 'ca_file'>,
  source: string,
): void {
  if (file === undefined || !hub_url.startsWith('https:')) return;
  try {
    // Throws if there is no certificate; a TLS context would accept anything.
    new X509Certificate(readFileSync(file));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const found = code?.startsWith('E') && !code.startsWith('ERR_') ? code : 'no certificate in it';
    throw new ConfigError(
      [`${source}: ca_file: Expected a file of certificates (PEM), found ${file}: ${found}`],
      { cause },
    );
  }
}
