/**
 * Whether the system refused or failed to do something with a file: full, read-only, no permission, broken, too many
 * open files. Anything else is a fault of ours.
 */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^E[A-Z0-9]+$/.test(error.code)
  );
}
