import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** The gzipped size of files in KB of 1,024 bytes, each compressed by itself, as they are sent. */
export function gzippedKb(files: Iterable<string | Uint8Array>): number {
  let bytes = 0;
  for (const file of files) bytes += gzipSync(file).length;
  return bytes / 1024;
}

/** Fails the build when all that it made, gzipped, weighs more than `limitKb`. */
export function firstLoadBudget(limitKb: number): Plugin {
  return {
    name: 'podlapse-first-load-budget',
    writeBundle(_options, bundle) {
      const files = Object.values(bundle).map((file) => (file.type === 'chunk' ? file.code : file.source));
      const weightKb = gzippedKb(files);
      if (weightKb <= limitKb) return;
      const list = Object.values(bundle)
        .map(
          (file) =>
            `${file.fileName} ${gzippedKb([file.type === 'chunk' ? file.code : file.source]).toFixed(1)} KB`,
        )
        .join(', ');
      this.error(
        `the page weighs ${weightKb.toFixed(1)} KB gzipped, more than its budget of ${limitKb} KB: ${list}`,
      );
    },
  };
}
