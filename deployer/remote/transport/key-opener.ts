import type { ParsedKey } from 'ssh2';
import type { TransportDeps } from './deps.ts';
import type { KeyFile } from './key-files.ts';
import { openPrivateKey } from './private-key.ts';

const TRIES = 3;

/** Opens private keys; an encrypted one asks for its passphrase once for all servers. */
export class KeyOpener {
  readonly #deps: TransportDeps;
  readonly #opened = new Map<string, Promise<ParsedKey | Error>>();

  constructor(deps: TransportDeps) {
    this.#deps = deps;
  }

  /** The key ready to sign, or an Error that says why not; never throws. */
  open(file: KeyFile): Promise<ParsedKey | Error> {
    const known = this.#opened.get(file.path);
    if (known !== undefined) return known;
    const opening = this.#open(file).catch(error => new Error(String(error)));
    this.#opened.set(file.path, opening);
    return opening;
  }

  async #open(file: KeyFile): Promise<ParsedKey | Error> {
    const { text } = file;
    if (text === undefined) return new Error('has no private half here');
    if (!file.encrypted) return openPrivateKey(text);
    const ask = this.#deps.ask;
    if (ask === undefined) {
      return new Error(`encrypted, and nobody can be asked: run ssh-add ${file.path} first`);
    }
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const passphrase = await ask(`Passphrase for the key ${file.path}: `);
      if (passphrase === '') return new Error('encrypted, and no passphrase was given');
      const key = openPrivateKey(text, passphrase);
      if (!(key instanceof Error)) return key;
    }
    return new Error('encrypted, and the passphrase was wrong');
  }
}
