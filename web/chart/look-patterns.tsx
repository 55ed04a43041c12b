import type { Texture } from '../../timeline/render/cause-palette.ts';
import { colourOf, fillOf, type Look, patternId, texturedLooks } from './look.ts';

/** The patterns that `fillOf` names. Once on a page, and not hidden by CSS, or nothing could use them. */
export function LookPatterns() {
  return (
    <svg class="look-patterns" width="0" height="0" aria-hidden="true">
      <defs>
        {texturedLooks().map((look) => (
          <pattern
            key={patternId(look)}
            id={patternId(look)}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
          >
            <rect width="6" height="6" fill={colourOf(look.tone)} />
            <path class="look-texture" d={STROKES[look.texture]} />
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

const STROKES: Readonly<Record<Texture, string>> = {
  plain: '',
  stripes: 'M-1.5 1.5L1.5 -1.5M0 6L6 0M4.5 7.5L7.5 4.5',
  dots: 'M2 3h2',
  bars: 'M0 3h6',
};

/** A sample of a look, for legends. */
export function Swatch({ look }: { readonly look: Look }) {
  return (
    <svg class="swatch" width="14" height="14" aria-hidden="true">
      <rect width="14" height="14" rx="3" fill={fillOf(look)} />
    </svg>
  );
}
