/** Something on a timeline that can be pointed at: by index, or an event by its id. Stands in the URL as `select`. */
export type Selection =
  | { readonly of: 'restart' | 'run' | 'sandbox' | 'phase' | 'gap'; readonly index: number }
  | { readonly of: 'event'; readonly id: string };

const INDEXED = /^(restart|run|sandbox|phase|gap):(\d{1,6})$/;

export function readSelection(text: string | null): Selection | undefined {
  if (text === null) return undefined;
  if (text.startsWith('event:')) return { of: 'event', id: text.slice('event:'.length) };
  const [, of, index] = INDEXED.exec(text) ?? [];
  if (of === undefined) return undefined;
  return { of: of as Exclude<Selection['of'], 'event'>, index: Number(index) };
}

export function writeSelection(selection: Selection): string {
  return selection.of === 'event' ? `event:${selection.id}` : `${selection.of}:${selection.index}`;
}
