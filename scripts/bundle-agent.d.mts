/** Bundles the agent into a folder; gives the program, and the size of each file in bytes. */
export function bundleAgent(
  outdir: string,
): Promise<{ readonly entry: string; readonly bytes: Readonly<Record<string, number>> }>;
