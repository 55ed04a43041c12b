import type { Log } from '../log.ts';
import type { Tell } from './happening.ts';
import { logLineOf } from './log-line.ts';

/** Makes the one place that everything which happens goes through: each becomes a line, a number, or both. */
export function createTell(log: Log, count: Tell = () => {}): Tell {
  return (happening) => {
    count(happening);
    const line = logLineOf(happening);
    if (line !== undefined) log[line.level](line.fields, line.message);
  };
}
