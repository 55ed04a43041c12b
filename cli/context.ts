import type { PodlapseClient } from './client/client.ts';
import type { Settings, SettingsParts } from './settings/settings.ts';
import type { Progress } from './terminal/progress.ts';
import type { Sink } from './terminal/sink.ts';
import type { TableStyle } from './terminal/table.ts';

/** What the program finds around it. */
export interface Surroundings extends SettingsParts {
  readonly argv: readonly string[];
  /** As its user calls it. */
  readonly program: string;
  readonly out: Sink;
  readonly err: Sink;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /**
   * A signal for when the user ends the program. Until it is first asked for, the system ends it as any other: what
   * does not go on by itself need not hear of it.
   */
  readonly interruption: () => AbortSignal;
  readonly platform: string;
  /** Node, and the program that plays recordings. */
  readonly player: readonly [command: string, file: string];
}

/** What a command has to work with. */
export interface CommandContext {
  readonly around: Surroundings;
  readonly settings: Settings;
  readonly client: PodlapseClient;
  readonly progress: Progress;
  readonly look: TableStyle;
}

/** Tells something that is no result: on standard error, for people. */
export function note({ around, progress }: Pick<CommandContext, 'around' | 'progress'>, text: string): void {
  progress.wipe();
  around.err.write(`${text}\n`);
}

/** Writes a result. */
export function print({ around, progress }: Pick<CommandContext, 'around' | 'progress'>, text: string): void {
  progress.wipe();
  around.out.write(text.endsWith('\n') ? text : `${text}\n`);
}
