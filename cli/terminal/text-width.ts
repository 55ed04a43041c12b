import { plainText } from '../../timeline/render/plain-text.ts';

/** East Asian Wide and Fullwidth (Unicode Annex 11), in blocks, and the emoji that are drawn as pictures. */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const WITHOUT_WIDTH = /^[\p{Mn}\p{Me}\u1160-\u11ff]$/u;

/** How many columns of a terminal a text takes that has gone through `plainText`. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (WITHOUT_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Foreign text as it may be printed: nothing in it can move the cursor, reorder what is read, or end the line. */
export function printable(text: string): string {
  return /^[ -~]*$/.test(text) ? text : plainText(text);
}

/** The beginning of a text, in at most `width` columns; where something was cut, the last is `…`. */
export function cutToWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width - 1) break;
    cut += character;
  }
  return width < 1 ? '' : `${cut}…`;
}
