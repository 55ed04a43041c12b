/** One number of the benchmarks, as `bench/results.json` has it. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Null for a number that is only watched. */
  readonly goal: number | null;
  readonly better: 'lower' | 'higher';
}

/** A benchmark: it may give several numbers that are measured together. */
export interface Bench {
  readonly names: readonly string[];
  run(): Promise<readonly BenchResult[]>;
}

/** Whether a result is as good as its goal asks. */
export function holds({ value, goal, better }: BenchResult): boolean {
  if (goal === null) return true;
  return better === 'lower' ? value <= goal : value >= goal;
}
