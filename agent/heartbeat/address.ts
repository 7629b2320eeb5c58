import type { Socket } from 'node:net';

/** Where a connection goes. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly autoSelectFamilyAttemptTimeout: number;
}

/** Begins a connection; the socket says itself what becomes of it. */
export type Connect = (address: Address) => Socket;
