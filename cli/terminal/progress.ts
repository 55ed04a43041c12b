import type { Sink } from './sink.ts';

/** Tells of long work on a line of its own, which it wipes; only where somebody looks on. */
export interface Progress {
  say(text: string): void;
  /** Wipes the line, before anything else is written. */
  wipe(): void;
}

export function createProgress(sink: Sink): Progress {
  let shown = false;
  return {
    say(text) {
      if (!sink.isTerminal) return;
      sink.write(`\r\u001b[K${text}`);
      shown = true;
    },
    wipe() {
      if (shown) sink.write('\r\u001b[K');
      shown = false;
    },
  };
}
