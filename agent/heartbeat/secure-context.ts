import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/schema.ts';

/**
 * Whom to trust where the hub has a certificate of a private authority; undefined means the authorities that come with
 * Node. Made once and not per beat, reading certificates is work.
 *
 * @throws {ConfigError} when ca_file cannot be read or holds no certificate
 */
export async function loadSecureContext(
  config: Pick<Config, 'hub_url' | 'ca_file'>,
  source: string,
): Promise<SecureContext | undefined> {
  const { ca_file: file } = config;
  if (file === undefined || !config.hub_url.startsWith('https:')) return undefined;
  try {
    const pem = await readFile(file);
    // Throws where there is none; a secure context would take anything.
    new X509Certificate(pem);
    return createSecureContext({ ca: pem });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const found = code?.startsWith('E') && !code.startsWith('ERR_') ? code : 'no certificate in it';
    throw new ConfigError(
      [`${source}: ca_file: wanted a file of certificates (PEM), found ${file}: ${found}`],
      { cause },
    );
  }
}
