const SECRET = /(?:^|_)(?:api_?key|key|token|secret|pass|passwd|password|passphrase)$/i;

/** Whether a variable is secret by its name: its value is masked even where it stands in the clear. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}
