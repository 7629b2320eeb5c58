import { UsageError } from '../../lib/errors.ts';
import type { RemoteOptions } from '../remote-options.ts';
import type { HubFlags } from './hub-choice.ts';

/** The options of `init`. */
export interface InitFlags extends HubFlags, RemoteOptions {
  readonly inventory?: string[];
  readonly host?: string[];
  readonly user?: string;
  readonly group?: string[];
  readonly tokens?: boolean;
  readonly vaultId?: string[];
  readonly vaultPasswordFile?: string[];
  readonly askVaultPass?: boolean;
  readonly acceptHostKeys?: boolean;
}

/** An option's value; its RangeError becomes an error that names the option. */
export function parsed<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`${option}: ${error.message}`);
  }
}

/** Throws UserError that names the options without which there is something to ask, and no terminal to ask on. */
export function requireFlags(missing: readonly string[]): void {
  if (missing.length === 0) return;
  throw new UsageError(
    `Expected a terminal to ask on, or the options ${missing.join(', ')}, found neither`,
  );
}
