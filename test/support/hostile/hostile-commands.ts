/** Every command that talks to a server, with what it needs to run without a person. */
export const SERVER_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  status: ['status', '--json'],
  'status table': ['status'],
  logs: ['logs', '--all'],
  releases: ['releases'],
  doctor: ['doctor'],
  'push --check --diff': ['push', '--all', '--check', '--diff'],
  push: ['push', '--all', '--yes', '--json'],
  adopt: ['adopt', '--all', '--check'],
  rollback: ['rollback', '--all', '--yes'],
  uninstall: ['uninstall', '--all', '--yes', '--check'],
  enroll: ['enroll', '--all', '--yes'],
};

/** Every command that talks to a hub. */
export const HUB_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  verify: ['verify'],
  'verify --json': ['verify', '--json'],
  status: ['status'],
  doctor: ['doctor'],
  push: ['push', '--all', '--check'],
  enroll: ['enroll', '--all', '--yes'],
  revoke: ['revoke', 'all', '--yes'],
};
