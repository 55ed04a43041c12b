import { describe, expect, test } from 'vitest';
import type { Observation } from '../../agent/observation.ts';
import { createTrim } from '../../agent/trim/trim.ts';
import {
  SECRET,
  SECRETIVE_MESSAGES,
  secretiveDockerEvent,
  secretiveEnd,
  secretiveEvent,
  secretiveInspection,
  secretiveLog,
  secretivePod,
  secretiveSaying,
} from '../support/secretive-objects.ts';

const AT = '2026-01-31T08:00:10Z';

const observations: readonly (readonly [title: string, observation: Observation])[] = [
  ...['ADDED', 'LISTED', 'MODIFIED', 'DELETED'].map(
    (type) => [`a pod ${type}`, { at: AT, source: 'pod', raw: { type, object: secretivePod } }] as const,
  ),
  ...SECRETIVE_MESSAGES.flatMap(([reason, message]) =>
    [message, `(combined from similar events): ${message}`].map(
      (said) =>
        [
          `an Event "${reason}": ${said}`,
          { at: AT, source: 'event', raw: { type: 'ADDED', object: secretiveEvent(reason, said) } },
        ] as const,
    ),
  ),
  ['a Docker event', { at: AT, source: 'docker', raw: secretiveDockerEvent }],
  ['what docker inspect says', { at: AT, source: 'docker', raw: secretiveInspection }],
  ['what containerd says', { at: AT, source: 'cri', raw: secretiveSaying }],
  ['what containerd and the kernel say of an end', { at: AT, source: 'cri', raw: secretiveEnd }],
  ['the log of a run that ended', { at: AT, source: 'log', raw: secretiveLog }],
];

describe('what never leaves the cluster', () => {
  test.each(observations)('of %s, nothing that is not on the allow-list', (_, observation) => {
    const told: unknown[] = [];
    const events = createTrim({ agent: { instance: 'a', role: 'all' }, told: (drop) => told.push(drop) })(
      observation,
    );

    expect(events).toHaveLength(1);
    expect(JSON.stringify(observation)).toContain(SECRET);
    expect(JSON.stringify(events)).not.toContain(SECRET);
    expect(JSON.stringify(told)).not.toContain(SECRET);
  });

  test('whatever stands in any one place of a pod that the allow-list does not name', () => {
    const allowed = new Set(
      placesOf(trimmed(secretivePod)).flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
    );
    const leaks = placesOf(secretivePod)
      .filter(({ value }) => typeof value === 'string' && !allowed.has(value))
      .filter(({ path }) => JSON.stringify(trimmed(withMark(secretivePod, path))).includes(MARK))
      .map(({ path }) => path.join('.'));

    expect(leaks).toEqual([]);
  });
});

/** Passes as a name, a word and an identifier, so that only the allow-list can keep it back. */
const MARK = 'marked';

function trimmed(object: object): unknown {
  return createTrim({ agent: { instance: 'a', role: 'all' } })({
    at: AT,
    source: 'pod',
    raw: { type: 'ADDED', object },
  });
}

interface Place {
  readonly path: readonly string[];
  readonly value: unknown;
}

function placesOf(value: unknown, path: readonly string[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]));
}

function withMark(object: object, path: readonly string[]): object {
  const copy = structuredClone(object);
  let at = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1) ?? ''] = MARK;
  return copy;
}
