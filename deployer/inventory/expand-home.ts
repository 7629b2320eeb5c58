/** A path with `~` for the home directory, as Ansible and shells write it. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? home + path.slice(1) : path;
}
