/** An option as it is written on the command line. */
export interface OptionSpec {
  /** One letter, without its dash. */
  readonly short?: string;
  /** What stands for the value in the help; without it, the option is a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** What the API or the kubeconfig is asked for when the shell completes the value. */
  readonly completes?: Completion;
  readonly help: string;
}

export type Completion =
  | 'cluster'
  | 'context'
  | 'namespace'
  | 'pod'
  | 'workload'
  | 'node'
  | 'command'
  | 'file';

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** One command: its name may have two words, such as `token make`. */
export interface CommandSpec {
  readonly summary: string;
  /** The arguments, as the help shows them: `[NAME]` may be left out. */
  readonly args: readonly string[];
  /** What each argument is completed with. */
  readonly completes?: readonly (Completion | readonly string[])[];
  readonly options: OptionSpecs;
  readonly notes?: string;
  readonly examples?: readonly string[];
}

/** The options' values: a text for each that has one, true for a switch that is set. */
export type Values<O extends OptionSpecs> = {
  readonly [K in keyof O]?: (O[K] extends { readonly value: string } ? string : boolean) | undefined;
};

/** A command line that cannot be followed. The message says what is wrong, and the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
