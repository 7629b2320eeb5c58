import type { DeploymentValues } from '../../../agent/contract/variables.ts';
import type { Secret } from '../secret.ts';
import type { AgentSettings } from './agent-settings.ts';

/** How to reach a host and become root there, from Ansible's connection variables; undefined is left to OpenSSH. */
export interface ConnectionSettings {
  /** `ansible_connection`: `local` means this machine, without SSH. */
  readonly type: 'ssh' | 'local';
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  /** An absolute path. */
  readonly privateKeyFile?: string | undefined;
  /** `ansible_ssh_args`, which win over port, user and key. */
  readonly sshArgsBefore: readonly string[];
  /** The other arguments, which come after those. */
  readonly sshArgs: readonly string[];
  readonly connectTimeoutMs: number;
  /** `ansible_ssh_retries`: how often to try again if a server cannot be reached. */
  readonly connectRetries: number;
  readonly become: {
    /** Always root: nothing else can install a system service. */
    readonly user: 'root';
    readonly exe?: string | undefined;
    readonly password?: Secret | undefined;
    /** Whether Ansible's settings want a person to be asked for it. */
    readonly asks: boolean;
  };
}

/** How this machine asks the hub, from `homelab_deploy_hub_*`: never sent to a server. */
export interface HubAccess {
  /** The hub's shared key; the agents' own if there is none. */
  readonly apiKey?: Secret | undefined;
  /** An absolute path of this machine. */
  readonly caFile?: string | undefined;
}

/** Everything that the deployer knows of one host from its inventory, checked. */
export interface HostSettings {
  readonly name: string;
  readonly config: AgentSettings;
  /** The keys of the configuration that the inventory sets for the host. */
  readonly sets: ReadonlySet<string>;
  /** Whether what the agent on the server was set to may be dropped. */
  readonly takeover: DeploymentValues['takeover'];
  readonly connection: ConnectionSettings;
  readonly hub: HubAccess;
  /** `absent` is the role's way to uninstall; the deployer has a command for it. */
  readonly state: DeploymentValues['state'];
  readonly runtime: DeploymentValues['runtime'];
  readonly gateSeconds: number;
  readonly requireBeat: boolean;
  readonly keepReleases: number;
  /** Whether the server is changed although its storage reports faults. */
  readonly despiteStorage: boolean;
  /** The server may be off: unreachable is then no fault. */
  readonly optional: boolean;
}
