import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../functions/notify/notifications.ts';
import { type Around, occasionsOf, reachOf } from '../../../functions/notify/occasion.ts';
import type { RestartRecord } from '../../../timeline/contract/report.ts';
import { aRestart } from '../../support/restart-records.ts';

const ALL: Rule = { name: 'all', on: 'restart', to: ['ops'] };
const LOOPS: Rule = { name: 'loops', on: 'crash-loop', restarts: 3, withinMinutes: 10, to: ['ops'] };
const NODES: Rule = { name: 'nodes', on: 'incident', pods: 3, withinSeconds: 60, to: ['ops'] };

const alone = (record: RestartRecord): Around => ({ ofContainer: [record], onNode: [record] });
const rulesThatFind = (rules: readonly Rule[], record: RestartRecord, around = alone(record)) =>
  occasionsOf(rules, record, around).map(({ rule }) => rule.name);

describe('a rule for restarts', () => {
  it.each<[string, Partial<Extract<Rule, { on: 'restart' }>>, boolean]>([
    ['without filters finds each', {}, true],
    ['finds a cause that it names', { causes: ['oom-killed', 'exited'] }, true],
    ['finds no other cause', { causes: ['oom-killed'] }, false],
    ['finds a namespace by its name', { namespaces: ['shop'] }, true],
    ['finds a namespace by its beginning', { namespaces: ['sh*'] }, true],
    ['takes a name without * as a whole', { namespaces: ['sho'] }, false],
    ['finds a workload by its kind', { workloads: ['StatefulSet/*'] }, true],
    ['finds no other cluster', { clusters: ['prod'] }, false],
    ['finds what Kubernetes counted', { counted: true }, true],
    ['for uncounted ones finds no counted one', { counted: false }, false],
    ['needs all its filters to let a restart through', { counted: true, clusters: ['prod'] }, false],
  ])('%s', (_, filters, finds) => {
    expect(rulesThatFind([{ ...ALL, ...filters }], aRestart())).toEqual(finds ? ['all'] : []);
  });

  it('knows a restart again when its record is rewritten, and apart from the container’s next', () => {
    const subjectOf = (record: RestartRecord) => occasionsOf([ALL], record, alone(record))[0]?.subject;
    const first = aRestart({ to: 'new-run', cause: 'unknown', counted: false });
    const rewritten = { ...first, at: '2026-03-01T09:59:59.5Z', cause: 'oom-killed', counted: true } as const;
    expect(subjectOf(rewritten)).toBe(subjectOf(first));
    expect(subjectOf({ ...first, to: 'another-run' })).not.toBe(subjectOf(first));
  });
});

describe('a rule for crash loops', () => {
  const restarts = [0, 3, 9].map((minute) => aRestart({ at: `2026-03-01T10:0${minute}:00Z` }));
  const [first, , last] = restarts as [RestartRecord, RestartRecord, RestartRecord];

  it('finds a loop with each of its restarts, whichever is looked at', () => {
    for (const record of restarts) {
      expect(occasionsOf([LOOPS], record, { ofContainer: restarts, onNode: [] })).toMatchObject([
        { rule: { name: 'loops' }, restarts },
      ]);
    }
  });

  it('finds none in fewer, or in as many over a longer time', () => {
    expect(rulesThatFind([LOOPS], last, { ofContainer: [first, last], onNode: [] })).toEqual([]);
    const slow = [first, restarts[1] as RestartRecord, aRestart({ at: '2026-03-01T10:10:01Z' })];
    expect(rulesThatFind([LOOPS], first, { ofContainer: slow, onNode: [] })).toEqual([]);
  });

  it('counts neither another container of the pod nor another pod', () => {
    for (const other of [{ container: 'sidecar' }, { pod: { name: 'web-1' } }]) {
      const mixed = [first, aRestart({ ...other, at: '2026-03-01T10:03:00Z' }), last];
      expect(rulesThatFind([LOOPS], last, { ofContainer: mixed, onNode: [] })).toEqual([]);
    }
  });

  it('counts what others do to a container only if it is told to', () => {
    const killed = restarts.map((restart) => ({ ...restart, cause: 'killed-externally' as const }));
    const around = { ofContainer: killed, onNode: [] };
    expect(rulesThatFind([LOOPS], killed[2] as RestartRecord, around)).toEqual([]);
    const told: Rule = { ...LOOPS, causes: ['killed-externally'] };
    expect(rulesThatFind([told], killed[2] as RestartRecord, around)).toEqual(['loops']);
  });

  it('takes the place of the single messages to its own targets, and of no others', () => {
    const both: Rule = { ...ALL, to: ['ops', 'mail'] };
    const found = occasionsOf([both, LOOPS], last, { ofContainer: restarts, onNode: [] });
    expect(found.map(({ rule }) => [rule.name, rule.to])).toEqual([
      ['loops', ['ops']],
      ['all', ['mail']],
    ]);
  });
});

describe('a rule for incidents', () => {
  const pods = [0, 1, 2, 3].map((number) =>
    aRestart({
      pod: { name: `web-${number}` },
      at: `2026-03-01T10:00:0${number}Z`,
      cause: 'runtime-restarted',
    }),
  );
  const [first] = pods as [RestartRecord];

  it('finds many pods that restarted at once, on one node, of one cause', () => {
    expect(occasionsOf([NODES], first, { ofContainer: [], onNode: pods })).toMatchObject([
      { restarts: pods },
    ]);
  });

  it.each<[string, Partial<RestartRecord>]>([
    ['another node', { node: 'node2' }],
    ['no node that is known', { node: null }],
    ['another cause', { cause: 'exited' }],
    ['another cluster', { cluster: 'prod' }],
    ['the same pod', { pod: first.pod }],
    ['a minute later', { at: '2026-03-01T10:01:04Z' }],
  ])('counts none of %s', (_, change) => {
    const others = [first, ...pods.slice(1, 3).map((restart) => ({ ...restart, ...change }))];
    expect(rulesThatFind([NODES], first, { ofContainer: [], onNode: others })).toEqual([]);
  });
});

describe('how far the rules look around a restart', () => {
  it('is nowhere without a rule that gathers', () => {
    expect(reachOf([ALL], aRestart())).toEqual({ ofContainerMs: 0, onNodeMs: 0 });
  });

  it('is as far as the widest rule that the restart passes', () => {
    const wide: Rule = { ...LOOPS, name: 'wide', withinMinutes: 60, namespaces: ['other'] };
    expect(reachOf([LOOPS, wide, NODES], aRestart())).toEqual({ ofContainerMs: 600_000, onNodeMs: 60_000 });
    expect(reachOf([NODES], aRestart({ node: null }))).toEqual({ ofContainerMs: 0, onNodeMs: 0 });
  });
});

describe('what is found', () => {
  it('is the same in whatever order the restarts around come', () => {
    const record = fc.record({
      second: fc.integer({ min: 0, max: 900 }),
      pod: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 12 }).chain((some) => {
          const restarts = some.map(({ second, pod }, index) =>
            aRestart({
              at: new Date(Date.parse('2026-03-01T10:00:00Z') + second * 1_000).toISOString(),
              pod: { name: pod },
              to: `run ${index}`,
            }),
          );
          return fc.tuple(
            fc.constant(restarts),
            fc.shuffledSubarray(restarts, { minLength: restarts.length }),
          );
        }),
        ([restarts, shuffled]) => {
          const [looked] = restarts as [RestartRecord];
          const found = (all: readonly RestartRecord[]) =>
            occasionsOf([ALL, LOOPS, NODES], looked, { ofContainer: all, onNode: all });
          expect(found(shuffled)).toEqual(found(restarts));
        },
      ),
    );
  });
});
