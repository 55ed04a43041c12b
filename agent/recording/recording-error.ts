/** A recording that cannot be read or written; the message says which, where in it, and why. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}
