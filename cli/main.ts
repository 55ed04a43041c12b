#!/usr/bin/env node
// `podlapse`, and `kubectl restarts`: a client of the HTTP API for the terminal.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// What V8 made of the program is kept, so that the next start need not make it again: a seventh of the time.
enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'podlapse'));
const { start } = await import('./start.ts');

const isBundled = !import.meta.url.endsWith('.ts');

process.exitCode = await start(
  process,
  homedir(),
  new URL(isBundled ? './replay.mjs' : '../agent/replay.ts', import.meta.url),
);
