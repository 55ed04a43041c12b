/** How long `work` takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * Times two pieces of work by turns, so that whatever the machine does beside them hits both, and gives the median of
 * the rounds' ratios `ours / bare`. The first rounds warm up and do not count.
 */
export async function medianRatio(
  rounds: { readonly warmUp: number; readonly counted: number },
  ours: (round: number) => Promise<number>,
  bare: (round: number) => Promise<number>,
): Promise<number> {
  const ratios: number[] = [];
  for (let round = 0; round < rounds.warmUp + rounds.counted; round += 1) {
    const oursFirst = round % 2 === 0;
    const first = await (oursFirst ? ours(round) : bare(round));
    const second = await (oursFirst ? bare(round) : ours(round));
    if (round >= rounds.warmUp) ratios.push(oursFirst ? first / second : second / first);
  }
  return median(ratios);
}
