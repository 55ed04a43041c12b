import { type CauseLook, TEXTURES, type Tone } from '../../timeline/render/cause-palette.ts';

export type Look = CauseLook;

/** In an order in which neighbours are told apart best, for series that have no look of their own. */
const TONES: readonly Tone[] = ['running', 'asked', 'sandbox', 'killed', 'ended', 'failed'];

/** The look of a series by its rank: after each colour was used once, the next texture. */
export function lookOfRank(rank: number): Look {
  return {
    tone: TONES[rank % TONES.length] ?? 'unknown',
    texture: TEXTURES[Math.floor(rank / TONES.length) % TEXTURES.length] ?? 'plain',
  };
}

/** The look of all that has no series of its own. */
export const OTHERS_LOOK: Look = { tone: 'unknown', texture: 'plain' };

/** What to fill a shape with; `LookPatterns` must be on the page. */
export function fillOf(look: Look): string {
  return look.texture === 'plain' ? colourOf(look.tone) : `url(#${patternId(look)})`;
}

/** The colour of the palette, as the theme has it. */
export function colourOf(tone: Tone): string {
  return `var(--tone-${tone})`;
}

export function patternId({ tone, texture }: Look): string {
  return `look-${tone}-${texture}`;
}

/** All looks that have a texture. */
export function texturedLooks(): readonly Look[] {
  return [...TONES, 'unknown' as const].flatMap((tone) =>
    TEXTURES.filter((texture) => texture !== 'plain').map((texture) => ({ tone, texture })),
  );
}
