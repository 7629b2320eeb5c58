import type { HostSettings } from '../inventory/settings/host-settings.ts';
import type { Target } from '../remote/transport/transport.ts';

/** How to reach a server, as the transports take it. */
export function targetOf({ name, connection }: HostSettings): Target {
  const { type, host, port, user, privateKeyFile, sshArgs, connectTimeoutMs, become } = connection;
  return {
    name,
    connection: type,
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
