/** Something the lab needs is not there, or did not come up. The message says what to do about it. */
export class LabError extends Error {
  readonly code = 'LAB';
  override name = 'LabError';
}
