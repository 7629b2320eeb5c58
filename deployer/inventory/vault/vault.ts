import { inventoryError } from '../problem.ts';
import { decrypt } from './decrypt.ts';
import { encrypt } from './encrypt.ts';
import { type Envelope, isVaulted, parseEnvelope } from './envelope.ts';

/** A vault password and its vault id. */
export interface VaultPassword {
  readonly label: string;
  readonly password: Buffer;
}

/** Gets the passwords once, when something vaulted is met; this may ask a person or run a script. */
export type LoadPasswords = () => Promise<readonly VaultPassword[]>;

/** Decrypts values of `ansible-vault`. Passwords are read when first needed, and every value is decrypted once. */
export class Vault {
  readonly #load: LoadPasswords;
  readonly #opened = new Map<string, string>();
  #passwords: readonly VaultPassword[] | undefined;

  constructor(load: LoadPasswords) {
    this.#load = load;
  }

  /** To be awaited before the first `open`: reading values is synchronous, getting passwords is not. */
  async unlock(): Promise<readonly VaultPassword[]> {
    this.#passwords ??= await this.#load();
    return this.#passwords;
  }

  /** A vaulted value's text. Throws a RangeError that says what is wrong or missing, without any secret. */
  open(text: string): string {
    const known = this.#opened.get(text);
    if (known !== undefined) return known;
    const envelope = parseEnvelope(text);
    const plain = this.#try(envelope);
    this.#opened.set(text, plain);
    return plain;
  }

  /**
   * The lines of a text's envelope, made with the password of this label, else with the first; undefined if there is no
   * password at all.
   */
  async close(text: string, label?: string): Promise<string[] | undefined> {
    await this.unlock();
    const passwords = this.#passwords ?? [];
    const password = passwords.find(each => each.label === label) ?? passwords[0];
    return password === undefined ? undefined : encrypt(text, password);
  }

  /** A file's text as it is, or opened where the whole file is vaulted. `shown` is the file's name for messages. */
  async openFile(text: string, shown: string): Promise<{ text: string; secret: boolean }> {
    if (!isVaulted(text)) return { text, secret: false };
    await this.unlock();
    try {
      return { text: this.open(text), secret: true };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw inventoryError({ file: shown, line: 1, column: 1 }, error.message);
    }
  }

  /** The password with the value's own label first, then all others, as Ansible does by default. */
  #try(envelope: Envelope): string {
    const passwords = this.#passwords ?? [];
    const id = envelope.label === undefined ? '' : ` (vault id ${envelope.label})`;
    if (passwords.length === 0) {
      throw new RangeError(
        `Expected a vault password${id}, found none: give --vault-password-file FILE, --vault-id ${envelope.label ?? 'LABEL'}@FILE or --ask-vault-pass`,
      );
    }
    const matching = passwords.filter(({ label }) => label === envelope.label);
    const others = passwords.filter(({ label }) => label !== envelope.label);
    for (const { password } of [...matching, ...others]) {
      const plain = decrypt(envelope, password);
      if (plain !== undefined) return plain;
    }
    const tried = passwords.map(({ label }) => label).join(', ');
    throw new RangeError(
      `Expected the vault password that encrypted this value${id}, found others (${tried}): name it with --vault-password-file FILE or --vault-id LABEL@FILE, or paste the value again if it is not whole`,
    );
  }
}
