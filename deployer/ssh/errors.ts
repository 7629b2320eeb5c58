/** What every error of a transport carries: the inventory's name of the server it is about. */
export class TransportError extends Error {
  override name = 'TransportError';
  readonly host: string;

  constructor(host: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.host = host;
  }
}

/** No answer now, which a later try may cure by itself (a server that is off or starting): nothing was done there. */
export class Unreachable extends TransportError {
  override name = 'Unreachable';
}

/** A host key that no known_hosts file has, and that a person may accept. */
export interface UnknownHostKey {
  /** `nas-1 (10.0.0.5 port 22)` */
  readonly server: string;
  /** `ssh-ed25519 SHA256:…` */
  readonly key: string;
  /** The file in which it is recorded. */
  readonly file: string;
  /** Records it as OpenSSH would. */
  remember(): Promise<void>;
}

/** The server's host key is unknown, changed, revoked, or of a kind that cannot be checked. */
export class HostKeyRefused extends TransportError {
  override name = 'HostKeyRefused';
  /** The key, if nothing is wrong with it but that it is not known. */
  readonly unknown: UnknownHostKey | undefined;

  constructor(
    host: string,
    message: string,
    { unknown, ...options }: ErrorOptions & { unknown?: UnknownHostKey | undefined } = {},
  ) {
    super(host, message, options);
    this.unknown = unknown;
  }
}

/** The server rejected the login of this user with the available keys and passwords. */
export class LoginRefused extends TransportError {
  override name = 'LoginRefused';
}

/** What is set up here, on the way or on the server rules the connection out: only a change there helps, no later try. */
export class SetupRefused extends TransportError {
  override name = 'SetupRefused';
}

/** The login worked, but the user's shell did not run the command. */
export class ShellRefused extends TransportError {
  override name = 'ShellRefused';
}

/** The login worked, but becoming root did not: nothing of the command was run. */
export class SudoRefused extends TransportError {
  override name = 'SudoRefused';
}

/** The link, a signal or a deadline ended a command: its effect is unknown until the server is asked again. */
export class ConnectionLost extends TransportError {
  override name = 'ConnectionLost';
}

/** A command said more than any answer has; it was ended, and what it did is unknown. */
export class AnswerTooLong extends TransportError {
  override name = 'AnswerTooLong';
}
