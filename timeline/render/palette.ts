import type { Run } from '../contract/timeline.ts';

/** Colours that colour-blind people can tell apart (Okabe and Ito, 2008), as used by every drawing of a timeline. */
export const PALETTE = {
  ink: '#1f2328',
  quiet: '#59636e',
  line: '#d1d9e0',
  ground: '#ffffff',
  lane: '#f6f8fa',
  running: '#0072b2',
  ended: '#56b4e9',
  failed: '#d55e00',
  killed: '#cc79a7',
  unknown: '#8c959f',
  sandbox: '#009e73',
  ready: '#b3dccf',
  uncounted: '#d55e00',
  counted: '#59636e',
} as const;

export type RunFate = 'running' | 'completed' | 'failed' | 'killed' | 'unknown';

/** How a run ended, as coarse as a colour can tell. */
export function fateOf(run: Run): RunFate {
  if (run.synthetic === true) return 'unknown';
  if (run.finishedAt === null) return run.exitCode === null ? 'running' : 'unknown';
  if (run.exitCode === null) return 'unknown';
  if (run.exitCode === 0) return 'completed';
  return run.signal === null ? 'failed' : 'killed';
}

export const FATE_COLOURS: Readonly<Record<RunFate, string>> = {
  running: PALETTE.running,
  completed: PALETTE.ended,
  failed: PALETTE.failed,
  killed: PALETTE.killed,
  unknown: PALETTE.unknown,
};
