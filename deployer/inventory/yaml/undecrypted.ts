import type { MapNode } from '../node.ts';

/** Text that another program has encrypted, by what it starts with. */
const CIPHERTEXTS: readonly (readonly [RegExp, string])[] = [
  [
    /^ENC\[AES256_GCM,/,
    'one that sops encrypted: let Ansible decrypt it (vars_plugins_enabled = host_group_vars,community.sops.sops in ansible.cfg, with ansible-inventory on this machine), or keep it with ansible-vault',
  ],
  [
    /^\$ANSIBLE_VAULT;/,
    'a vaulted one without !vault before it, which Ansible would use as it is, too: write "!vault |" before it, and the lines below',
  ],
  [/^-----BEGIN AGE ENCRYPTED FILE-----/, 'one that age encrypted: decrypt it first'],
  [/^-----BEGIN PGP MESSAGE-----/, 'one that GnuPG encrypted: decrypt it first'],
];

/** Throws a RangeError for a value that was meant to be decrypted before anybody used it. */
export function refuseCiphertext(text: string): void {
  const found = CIPHERTEXTS.find(([start]) => start.test(text));
  if (found !== undefined) throw new RangeError(`Expected a decrypted value, found ${found[1]}`);
}

/** What to do about a whole file that is not text; undefined for any other. */
export function encryptedFile(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 10).toString('latin1') === '\0GITCRYPT\0') {
    return 'Expected text, found a file that git-crypt has locked: run "git-crypt unlock"';
  }
  const start = bytes.subarray(0, 40).toString('latin1');
  const found = CIPHERTEXTS.slice(2).find(([pattern]) => pattern.test(start));
  if (found !== undefined)
    return `Expected text, found ${found[1].replace('one that', 'a file that')}`;
  return start.startsWith('age-encryption.org/')
    ? 'Expected text, found a file that age encrypted: decrypt it first'
    : undefined;
}

/** sops leaves the keys readable and adds one of its own. */
export function isSopsFile(root: MapNode): boolean {
  const sops = root.entries.get('sops')?.node;
  return sops?.kind === 'map' && sops.entries.has('mac');
}
