import { CAUSES } from '../../timeline/contract/words.ts';
import type { Look, Style } from './style.ts';

const HEADING =
  /^(?:#|RUN OF|SEEN|NOT RECORDED|AT|POD|RESTARTED) .*$|^[A-Z-]+(?:-[A-Z]+)?  \d{4}-\d\d-\d\d .*$/;
const WORDS = new RegExp(
  `(?<![\\w./-])(?:${[...CAUSES].join('|')}|NOT counted|NO|record INCOMPLETE|PATTERN|rollout|evicted|preempted|node-lost)(?![\\w./-])`,
  'g',
);

/** Causes that somebody outside of Kubernetes brought about, and those that are a fault of the workload. */
const BAD: ReadonlySet<string> = new Set([
  'exited',
  'oom-killed',
  'liveness-failed',
  'startup-probe-failed',
  'hook-failed',
  'evicted',
  'preempted',
  'node-lost',
]);

export function lookOfCause(cause: string): Look {
  if (BAD.has(cause)) return 'red';
  return cause === 'unknown' ? 'dim' : 'yellow';
}

/** Gives the headings and the known words of a rendered timeline their looks. The text has no escapes of its own. */
export function paintTimeline(text: string, style: Style): string {
  return text
    .split('\n')
    .map((line, index) => {
      if (index === 0 || HEADING.test(line)) return style('bold', line);
      if (line.startsWith('   ')) return style('dim', line);
      return line.replaceAll(WORDS, (word) => {
        if (word === 'PATTERN') return style('bold', word);
        if (/^NO|INCOMPLETE/.test(word)) return style('red', word);
        return style(lookOfCause(word), word);
      });
    })
    .join('\n');
}
