/** The runtime cannot be used right now; the message says what was tried and what came of it. */
export class CriUnavailableError extends Error {
  override readonly name = 'CriUnavailableError';
  /**
   * The system's word (`ENOENT`, `EACCES`, `ECONNREFUSED`), the gRPC status (`grpc-12`), `timeout` for no answer,
   * `closed` for a connection that the runtime ended, or `malformed`.
   */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The runtime does not have this service or method (gRPC status codes, UNIMPLEMENTED). */
export function isUnimplemented(error: unknown): error is CriUnavailableError {
  return error instanceof CriUnavailableError && error.code === 'grpc-12';
}

/** What was asked about is not there, any more or at all (NOT_FOUND). */
export function isNotFound(error: unknown): error is CriUnavailableError {
  return error instanceof CriUnavailableError && error.code === 'grpc-5';
}
