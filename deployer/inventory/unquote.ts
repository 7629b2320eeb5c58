/** A text without the quotes around the whole of it, as Ansible takes them off. */
export function unquote(text: string): string {
  return /^(["'])(?:.*[^\\])?\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}
