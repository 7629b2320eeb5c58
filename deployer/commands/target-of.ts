import { UserError } from '../errors.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import type { Target } from '../remote/transport/transport.ts';

/** How to reach a server, as the transports take it. */
export function targetOf({ name, connection }: HostSettings): Target {
  if (connection.type === 'local') {
    throw new UserError(
      `${name}: Expected a server behind SSH, found ansible_connection: local; on this machine run install-agent.sh`,
    );
  }
  const { host, port, user, privateKeyFile, sshArgs, connectTimeoutMs, become } = connection;
  return {
    name,
    host,
    port,
    user,
    password: connection.password?.reveal(),
    privateKeyFile,
    sshArgs,
    connectTimeoutMs,
    become: { ...become, password: become.password?.reveal() },
  };
}
