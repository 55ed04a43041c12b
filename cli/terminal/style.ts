/** SGR codes of ECMA-48 that every terminal knows. */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;
export type Look = keyof typeof CODES;

/** Gives a text a look, or leaves it as it is where there are no colours. */
export type Style = (look: Look, text: string) => string;

export const plainStyle: Style = (_look, text) => text;

export const colourStyle: Style = (look, text) => {
  const [on, off] = CODES[look];
  return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
};

export interface ColourQuestion {
  readonly wanted: string | undefined;
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether to use colours: as asked for, else on a terminal that has them, unless NO_COLOR (no-color.org) is set. */
export function wantsColours({ wanted, isTerminal, env }: ColourQuestion): boolean {
  if (wanted === 'always' || wanted === 'never') return wanted === 'always';
  return isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
