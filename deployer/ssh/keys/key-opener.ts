import type { ParsedKey } from 'ssh2';
import { Secret } from '../../inventory/secret.ts';
import { errorMessage } from '../../lib/errors.ts';
import type { TransportDeps } from '../transport.ts';
import type { KeyFile } from './key-files.ts';
import { openPrivateKey } from './private-key.ts';

const TRIES = 3;

interface Opened {
  readonly key: ParsedKey;
  readonly passphrase: Secret;
}

/** Opens private keys; an encrypted one asks for its passphrase once for all servers. */
export class KeyOpener {
  readonly #deps: TransportDeps;
  readonly #opened = new Map<string, Promise<Opened | Error>>();

  constructor(deps: TransportDeps) {
    this.#deps = deps;
  }

  /** The key ready to sign, or an Error that says why not; never throws. */
  async open(file: KeyFile): Promise<ParsedKey | Error> {
    const opened = await this.#once(file);
    return opened instanceof Error ? opened : opened.key;
  }

  /** The passphrase that opens an encrypted key, or an Error that says why there is none; never throws. */
  async passphrase(file: KeyFile): Promise<Secret | Error> {
    const opened = await this.#once(file);
    return opened instanceof Error ? opened : opened.passphrase;
  }

  #once(file: KeyFile): Promise<Opened | Error> {
    const known = this.#opened.get(file.path);
    if (known !== undefined) return known;
    const opening = this.#open(file).catch(error => new Error(errorMessage(error)));
    this.#opened.set(file.path, opening);
    return opening;
  }

  async #open(file: KeyFile): Promise<Opened | Error> {
    const { text } = file;
    if (text === undefined) return new Error('has no private half here');
    if (!file.encrypted) return opened(openPrivateKey(text), '');
    const ask = this.#deps.ask;
    if (ask === undefined) {
      return new Error(
        `encrypted, and there is no terminal to ask on: run ssh-add ${file.path} first`,
      );
    }
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const passphrase = await ask(`Passphrase for the key ${file.path}: `);
      if (passphrase === '') return new Error('encrypted, and no passphrase was given');
      const key = openPrivateKey(text, passphrase);
      if (!(key instanceof Error)) return opened(key, passphrase);
    }
    return new Error('encrypted, and the passphrase was wrong');
  }
}

function opened(key: ParsedKey | Error, passphrase: string): Opened | Error {
  return key instanceof Error ? key : { key, passphrase: new Secret(passphrase) };
}
