import { keyPart } from './key-part.ts';

/** `RATE#caller` / `2026-01-31T08:15`: how many requests of one minute the instances have told of. */
export const rateKey = {
  partition(caller: string): string {
    return `RATE#${keyPart(caller, 512)}`;
  },
  minute(nowMs: number): string {
    return new Date(nowMs).toISOString().slice(0, '2026-01-31T08:15'.length);
  },
} as const;
