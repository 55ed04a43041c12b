import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/** The built page: `index.html`, and files under hashed names in `assets/`. */
export interface PageFiles {
  /** By the path within the build, such as `assets/index-1a2b.js`; undefined if it has none. */
  read(path: string): Promise<PageFile | undefined>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * The page that was built into `folder`, read whole when it is first asked for: only what was there then is served,
 * so no path can lead out of it, and a build that goes on meanwhile mixes nothing. Without the folder it is empty.
 */
export function createPageFiles(folder: string): PageFiles {
  let files: Promise<ReadonlyMap<string, PageFile>> | undefined;
  return {
    read: async (path) => (await (files ??= readAll(folder))).get(path),
  };
}

async function readAll(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const files = new Map<string, PageFile>();
  for (const entry of entries) {
    const contentType = CONTENT_TYPES[extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(join(folder, '/').length).replaceAll('\\', '/');
    files.set(path, { body: Uint8Array.from(await readFile(file)), contentType });
  }
  return files;
}
