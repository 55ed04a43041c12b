// The process of a function under measurement: it loads the function when it gets its first event, as Lambda does, and
// says how long each part took.
import { pathToFileURL } from 'node:url';

export interface ProbeRequest {
  /** The function's `index.mjs`. */
  readonly file: string;
  readonly event: unknown;
}

export interface ProbeAnswer {
  /** From the beginning of the import to the answer; without the import when the function was there already. */
  readonly ms: number;
  readonly statusCode: number;
  readonly body: string;
}

interface Loaded {
  readonly handler: (event: unknown, context: unknown) => Promise<{ statusCode: number; body?: string }>;
}

let loaded: Loaded | undefined;

process.on('message', (request: ProbeRequest) => {
  answer(request).then(
    (said) => process.send?.(said),
    (error: unknown) => {
      throw error;
    },
  );
});

async function answer({ file, event }: ProbeRequest): Promise<ProbeAnswer> {
  const startedAt = performance.now();
  loaded ??= (await import(pathToFileURL(file).href)) as Loaded;
  const { statusCode, body = '' } = await loaded.handler(event, {});
  return { ms: performance.now() - startedAt, statusCode, body };
}
