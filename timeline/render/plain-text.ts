/**
 * Makes foreign text safe to print in a terminal or to draw: control characters (terminal escapes among them) and
 * the marks that reorder or hide text become U+FFFD, so that what is read is what is there.
 */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu, '\uFFFD');
}

/** At most `length` characters, the last of them an ellipsis if something was cut. */
export function shorten(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** An ID as `docker ps` shows it: its first twelve digits. */
export function shortId(id: string): string {
  return plainText(id).slice(0, 12);
}

/** A moment for people, in UTC and whole seconds: `2026-01-31 08:15:00`. */
export function formatMoment(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}`;
}
