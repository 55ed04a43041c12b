import type { Restart } from '../contract/timeline.ts';

/** The causes and how often each: `exited 4, oom-killed 1`. */
export function sayCauses(restarts: readonly Pick<Restart, 'cause'>[]): string {
  const byCause = Map.groupBy(restarts, ({ cause }) => cause);
  return [...byCause]
    .sort(([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1))
    .map(([cause, some]) => `${cause} ${some.length}`)
    .join(', ');
}

export function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}
