import type { Cause } from '../contract/timeline.ts';

/** What is drawn over the colour of a cause, so that causes of one colour differ without it. */
export const TEXTURES = ['plain', 'stripes', 'dots', 'bars'] as const;
export type Texture = (typeof TEXTURES)[number];

/** A colour of the palette that stands for who brought a restart about. */
export type Tone = 'failed' | 'asked' | 'killed' | 'sandbox' | 'ended' | 'running' | 'unknown';

export interface CauseLook {
  readonly tone: Tone;
  readonly texture: Texture;
}

/**
 * How a cause is drawn wherever restarts are told by cause. There are more causes than colours that can be told apart:
 * who brought the restart about gives the colour (the container itself, a probe or hook, somebody from outside, the
 * sandbox, a wanted change, the node), which of them the texture.
 */
export const CAUSE_LOOKS: Readonly<Record<Cause, CauseLook>> = {
  exited: { tone: 'failed', texture: 'plain' },
  'oom-killed': { tone: 'failed', texture: 'stripes' },
  'liveness-failed': { tone: 'asked', texture: 'plain' },
  'startup-probe-failed': { tone: 'asked', texture: 'stripes' },
  'hook-failed': { tone: 'asked', texture: 'dots' },
  'killed-externally': { tone: 'killed', texture: 'plain' },
  'stopped-externally': { tone: 'killed', texture: 'stripes' },
  'removed-externally': { tone: 'killed', texture: 'dots' },
  'sandbox-changed': { tone: 'sandbox', texture: 'plain' },
  'sandbox-killed': { tone: 'sandbox', texture: 'stripes' },
  'sandbox-stopped': { tone: 'sandbox', texture: 'dots' },
  'sandbox-removed': { tone: 'sandbox', texture: 'bars' },
  'spec-changed': { tone: 'ended', texture: 'plain' },
  resized: { tone: 'ended', texture: 'stripes' },
  'restart-rule': { tone: 'ended', texture: 'dots' },
  'runtime-restarted': { tone: 'running', texture: 'plain' },
  'kubelet-restarted': { tone: 'running', texture: 'stripes' },
  'node-rebooted': { tone: 'running', texture: 'dots' },
  unknown: { tone: 'unknown', texture: 'plain' },
};

/** The causes in the order in which they are stacked and listed: those of one colour beside one another. */
export const CAUSE_ORDER = Object.keys(CAUSE_LOOKS) as readonly Cause[];

/** How a cause is drawn; one that a newer API may know and this page does not is drawn as unknown. */
export function lookOf(cause: string): CauseLook {
  return isCause(cause) ? CAUSE_LOOKS[cause] : CAUSE_LOOKS.unknown;
}

export function isCause(name: string): name is Cause {
  return Object.hasOwn(CAUSE_LOOKS, name);
}
