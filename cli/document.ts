import type { Read } from './client/reads.ts';
import { type CommandContext, print } from './context.ts';
import { InterruptedError } from './failure.ts';
import { intervalMs } from './list.ts';

export interface DocumentFlags {
  readonly output?: string | undefined;
  readonly watch?: boolean | undefined;
  readonly interval?: string | undefined;
}

/** Clears the screen and puts the cursor at its top. */
const CLEAR = '\u001b[2J\u001b[H';

/**
 * Shows one document, or follows it: on a terminal the newest stands alone, in a pipe one comes after the other.
 * @param render the document as text
 * @throws InterruptedError when the user ends the following
 */
export async function showDocument<T>(
  context: CommandContext,
  what: Read<T>,
  flags: DocumentFlags,
  render: (value: T) => string,
): Promise<void> {
  const { client, around } = context;
  const isJson = flags.output === 'json';
  if (flags.watch !== true) {
    const value = await client.read(what);
    print(context, isJson ? JSON.stringify(value, undefined, 2) : render(value));
    return;
  }
  const signal = around.interruption();
  let isFirst = true;
  for await (const value of client.follow(what, { everyMs: intervalMs(flags.interval), signal })) {
    if (isJson) print(context, JSON.stringify(value));
    else {
      const between = around.out.isTerminal ? CLEAR : isFirst ? '' : '\n';
      print(context, between + render(value));
    }
    isFirst = false;
  }
  throw new InterruptedError();
}
