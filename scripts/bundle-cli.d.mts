/** Bundles the program, the player of recordings and the client into a folder; gives their files. */
export function bundleCli(
  outdir: string,
): Promise<{ readonly entry: string; readonly client: string; readonly replay: string }>;
/** Writes the types of the client into the folder `types` of that folder. */
export function writeClientTypes(outdir: string): Promise<void>;
