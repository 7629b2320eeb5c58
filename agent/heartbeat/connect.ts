import { connect, type Socket } from 'node:net';
import type { Config } from '../contract/keys.ts';

/** Where a connection goes. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly autoSelectFamilyAttemptTimeout: number;
}

/** Begins a connection; the socket's events tell the outcome. */
export type Connect = (address: Address) => Socket;

/** How to connect to the hub. TLS is loaded only if it is used. */
export async function connectFor(config: Pick<Config, 'hub_url' | 'ca_file'>): Promise<Connect> {
  if (!config.hub_url.startsWith('https:')) return connect;
  const { secureConnect } = await import('./secure-connect.ts');
  return secureConnect(config.ca_file);
}
