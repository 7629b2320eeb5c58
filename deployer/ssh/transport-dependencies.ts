/** What the transports need of the world around them; `dependencies()` makes it from a command's Context. */
export interface TransportDeps {
  /** The environment for `ssh`, and where SSH_AUTH_SOCK stands. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home that OpenSSH takes for `~`: the password database's, whatever HOME says. */
  readonly home: string;
  /** Who runs the deployer. */
  readonly localUser: string;
  /** Asks the person for a secret without showing it; absent without a terminal. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}
