/** What a server must have. agent/install/requirements.sh asks for it, on the server. */
export const requirements = {
  /** The oldest Node that runs the agent, for servers that bring their own. */
  node: '22.19',
  /** The C library that the official Node binaries are linked against. */
  glibc: '2.28',
  commands: [
    'awk',
    'flock',
    'getent',
    'gzip',
    'journalctl',
    'logger',
    'sha256sum',
    'systemctl',
    'tar',
    'useradd',
  ],
} as const;

/** A processor as Node names it; `uname -m` says x86_64 and aarch64. */
export const arches = ['x64', 'arm64'] as const;
export type Arch = (typeof arches)[number];
