/** How a figure changed since the period before. */
export interface Change {
  /** `+12`, `−3`, or `same`. */
  readonly text: string;
  /** `+33 %`, or `×24` where it is many times as much; empty where there was nothing before. */
  readonly percent: string;
  readonly direction: 'more' | 'fewer' | 'same';
}

/** @param say how an amount is written, such as a length of time */
export function changeOf(now: number, before: number, say: (amount: number) => string = String): Change {
  const by = now - before;
  if (by === 0) return { text: 'same', percent: '', direction: 'same' };
  const sign = by > 0 ? '+' : '−';
  return {
    text: `${sign}${say(Math.abs(by))}`,
    percent: sayPart(now, before),
    direction: by > 0 ? 'more' : 'fewer',
  };
}

function sayPart(now: number, before: number): string {
  if (before === 0) return '';
  if (now >= before * 10) return `×${Math.round(now / before)}`;
  return `${now > before ? '+' : '−'}${Math.round((Math.abs(now - before) / before) * 100)} %`;
}

/** `+12 (before: 36)`, or `as before`; undefined where it is not known what was before. */
export function sayChange(
  now: number,
  before: number | undefined,
  say: (amount: number) => string = String,
): string | undefined {
  if (before === undefined) return undefined;
  const { direction, text } = changeOf(now, before, say);
  return direction === 'same' ? 'as before' : `${text} (before: ${say(before)})`;
}
