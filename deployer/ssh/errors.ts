/** What every error of a transport carries: the inventory's name of the server it is about. */
export class TransportError extends Error {
  override name = 'TransportError';
  readonly host: string;

  constructor(host: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.host = host;
  }
}

/** No answer, no such name, or an answer that is not SSH: nothing was done on the server. */
export class Unreachable extends TransportError {
  override name = 'Unreachable';
}

/** The server's host key is unknown, changed, revoked, or of a kind that cannot be checked. */
export class HostKeyRefused extends TransportError {
  override name = 'HostKeyRefused';
}

/** The server rejected the login of this user with the available keys and passwords. */
export class LoginRefused extends TransportError {
  override name = 'LoginRefused';
}

/** The login worked, but becoming root did not: nothing of the command was run. */
export class SudoRefused extends TransportError {
  override name = 'SudoRefused';
}

/** The link, a signal or a deadline ended a command: its effect is unknown until the server is asked again. */
export class ConnectionLost extends TransportError {
  override name = 'ConnectionLost';
}
