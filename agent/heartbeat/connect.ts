import { connect } from 'node:net';
import type { Config } from '../contract/keys.ts';
import type { Connect } from './post.ts';

/** How to connect to the hub. TLS is loaded only if it is used. */
export async function connectFor(config: Pick<Config, 'hub_url' | 'ca_file'>): Promise<Connect> {
  if (!config.hub_url.startsWith('https:')) return connect;
  const { secureConnect } = await import('./secure-connect.ts');
  return secureConnect(config.ca_file);
}
