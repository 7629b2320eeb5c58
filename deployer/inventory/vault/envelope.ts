export interface Envelope {
  /** The vault id in the header; undefined in format 1.1. */
  readonly label: string | undefined;
  readonly salt: Buffer;
  /** HMAC-SHA256 of the ciphertext. */
  readonly mac: Buffer;
  readonly ciphertext: Buffer;
}

const HEADER = '$ANSIBLE_VAULT';
const AGAIN = 'paste all that "ansible-vault encrypt_string" prints';

/** Whether a whole file is vaulted. */
export function isVaulted(text: string): boolean {
  return text.startsWith(HEADER);
}

/**
 * What `ansible-vault` writes:
 *
 *     $ANSIBLE_VAULT;1.2;AES256;prod
 *     62313365396662343061393464336163383764373764613633653634306231386433626436623361
 *     …
 *
 * hexadecimal of three lines that are hexadecimal again: salt, HMAC, ciphertext. Throws a RangeError when it is none.
 */
export function parseEnvelope(text: string): Envelope {
  const [header = '', ...body] = text.trim().split(/\r?\n|\r/);
  const [magic, version, cipher, label] = header
    .trim()
    .split(';')
    .map(part => part.trim());
  if (magic !== HEADER)
    throw new RangeError(
      `Expected a vaulted value that starts with ${HEADER}, found none: ${AGAIN}`,
    );
  if (version !== '1.1' && version !== '1.2') {
    throw new RangeError(
      `Expected the vault format 1.1 or 1.2, found ${JSON.stringify(version ?? '')}: ${AGAIN}`,
    );
  }
  if (cipher !== 'AES256') {
    throw new RangeError(
      `Expected the vault cipher AES256, found ${JSON.stringify(cipher ?? '')}: ${AGAIN}`,
    );
  }
  const inner = unhex(body.map(line => line.trim()).join('')).toString('latin1');
  const [salt, mac, ciphertext, ...more] = inner.split('\n');
  if (salt === undefined || mac === undefined || ciphertext === undefined || more.length > 0) {
    throw new RangeError(`Expected a whole vaulted value, found a part of one: ${AGAIN}`);
  }
  return {
    label: label || undefined,
    salt: unhex(salt),
    mac: unhex(mac),
    ciphertext: unhex(ciphertext),
  };
}

function unhex(text: string): Buffer {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) {
    throw new RangeError(
      `Expected a whole vaulted value, found characters that are not hexadecimal or one too few: ${AGAIN}`,
    );
  }
  return Buffer.from(text, 'hex');
}
