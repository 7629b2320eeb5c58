import { places } from '../../agent/contract/places.ts';
import { quote } from '../lib/quote.ts';

/**
 * Starts a command as a unit of its own and waits for it: a lost link, a killed sudo or the end of the login session
 * does not end it. KillMode=process lets the installer's guard outlive an installer that was killed.
 */
export const AS_UNIT =
  "systemd-run --quiet --collect --pipe --wait -p KillMode=process --description='homelab-deploy: install the agent'";

/** Runs the installer of the release that is live on a server, with these arguments; has to run as root. */
export function installedCommand(args: readonly string[]): string {
  const script = `
i=${places.current}/install-agent.sh
[ -f "$i" ] || { echo "error: No agent of ours is installed here" >&2; exit 2; }
exec ${AS_UNIT} sh -c 'trap "" HUP PIPE; exec sh "$@"' sh "$i" "$@"
`;
  return quote(['sh', '-c', script, 'sh', ...args]);
}
