import type { Happening, Tell } from './happening.ts';

/** What to do on which happening; nothing on the others. */
export type Listeners = {
  readonly [W in Happening['what']]?: (happening: Extract<Happening, { readonly what: W }>) => void;
};

export function listen(listeners: Listeners): Tell {
  return (happening) => {
    // Under the name of a happening stands what takes it: the type of `Listeners` says so for each.
    const listener = listeners[happening.what] as Tell | undefined;
    listener?.(happening);
  };
}
