import { isRaw, type Raw } from '../trim/readers.ts';

/**
 * Parses one message of `GET /events`, with `timeNano` as text: it does not fit a JSON number. Undefined if it is no
 * JSON object. (Inside a JSON text the quotes would be escaped, and attribute values are texts: only the message's
 * own number has this form.)
 */
export function parseDockerMessage(line: string): Raw | undefined {
  try {
    const message: unknown = JSON.parse(line.replace(/"timeNano":\s*(\d+)/, '"timeNano":"$1"'));
    return isRaw(message) ? message : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What tells one message from all others. */
export function messageKey(message: Raw): string {
  const actor = isRaw(message['Actor']) ? message['Actor'] : {};
  return [actor['ID'], message['Action'], message['timeNano']].map(String).join('/');
}

/** The messages seen last, as many as the Engine can replay and more. */
export class RecentMessages {
  readonly #max: number;
  readonly #keys = new Set<string>();
  #newest: bigint | undefined;

  /** @param max a good deal more than the Engine's ring holds, so that a whole replay is known */
  constructor(max = 2048) {
    this.#max = max;
  }

  /** The newest `timeNano`. */
  get newestNano(): bigint | undefined {
    return this.#newest;
  }

  has(message: Raw): boolean {
    return this.#keys.has(messageKey(message));
  }

  add(message: Raw): void {
    this.#add(messageKey(message), nanoOf(message));
  }

  /** Adds one that another process saw; in the order in which it saw them. */
  restore({ key, nano }: { readonly key: string; readonly nano?: string }): void {
    this.#add(key, nano !== undefined && /^\d{1,19}$/.test(nano) ? BigInt(nano) : undefined);
  }

  #add(key: string, nano: bigint | undefined): void {
    this.#keys.add(key);
    if (this.#keys.size > this.#max) {
      const [oldest] = this.#keys;
      if (oldest !== undefined) this.#keys.delete(oldest);
    }
    if (nano !== undefined && (this.#newest === undefined || nano > this.#newest)) this.#newest = nano;
  }
}

export function nanoOf(message: Raw): bigint | undefined {
  const { timeNano } = message;
  return typeof timeNano === 'string' && /^\d{1,19}$/.test(timeNano) ? BigInt(timeNano) : undefined;
}

/** As `since` and `until` want it: seconds, and nine digits after the point. */
export function secondsOf(nano: bigint): string {
  const digits = nano.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

export function nanoOfMs(ms: number): bigint {
  return BigInt(Math.floor(ms)) * 1_000_000n;
}
