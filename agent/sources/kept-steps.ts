import * as z from 'zod/mini';
import type { Journal } from '../spool/journal.ts';

/**
 * Applies the steps that a journal holds, in their order, up to the first that is not of this schema.
 *
 * @param scope what they must have been kept of; the journal begins with it
 * @returns false if what is there was kept of anything else, or nothing is
 */
export async function applyKeptSteps<T>(
  journal: Journal,
  scope: string,
  schema: z.ZodMiniType<T>,
  apply: (step: T) => void,
): Promise<boolean> {
  const [first, ...steps] = await journal.load();
  if (!z.object({ scope: z.literal(scope) }).safeParse(first).success) return false;
  for (const step of steps) {
    const parsed = schema.safeParse(step);
    if (!parsed.success) break;
    apply(parsed.data);
  }
  return true;
}
