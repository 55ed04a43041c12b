import { expect, test } from 'vitest';
import { createNotes } from '../../../agent/trim/drops.ts';
import { trimPod } from '../../../agent/trim/pod.ts';
import { PodMemory } from '../../../agent/trim/pod-memory.ts';
import { podRow } from '../../../agent/trim/pod-row.ts';
import { aPod } from '../../support/builders.ts';

function revision(name: string) {
  const pod = aPod({ name });
  const raw = { ...pod, metadata: { ...pod.metadata, resourceVersion: '1' } };
  const trimmed = trimPod(
    raw,
    createNotes(() => {}),
  );
  if ('problem' in trimmed) throw new Error(trimmed.problem);
  return [trimmed, podRow(trimmed)] as const;
}

test('the pod longest without a change is forgotten when there are too many', () => {
  const memory = new PodMemory(2);
  for (const name of ['a', 'b', 'a', 'c']) memory.changes(...revision(name));

  expect(memory.size).toBe(2);
  expect(memory.changes(...revision('a'))).toEqual({});
  expect(memory.changes(...revision('c'))).toEqual({});
  expect(memory.changes(...revision('b'))).toHaveProperty('metadata');
});

test('a container that is no longer listed makes a new row', () => {
  const memory = new PodMemory(2);
  memory.changes(...revision('a'));
  const [trimmed] = revision('a');
  const without = { ...trimmed, containers: [] };

  expect(memory.changes(without, podRow(without))).toEqual({
    row: { phase: 'Running', ready: '0/1', status: 'Running', restarts: 0 },
  });
});

test('of more pods than a node has, what changed is told as well', () => {
  const memory = new PodMemory(1_000);
  for (let number = 0; number < 450; number += 1) memory.changes(...revision(`pod-${number}`));
  for (const name of ['pod-0', 'pod-449']) {
    const [trimmed, row] = revision(name);
    expect(memory.changes(trimmed, row)).toEqual({});
    const status = { ...trimmed.status, reason: 'Evicted' };
    expect(memory.changes({ ...trimmed, status }, row)).toEqual({ row, status });
    expect(memory.changes({ ...trimmed, status }, row)).toEqual({});
  }
});

test('a section of any length is compared whole', () => {
  const memory = new PodMemory(2);
  const [trimmed, row] = revision('a');
  const labelled = (app: string) => ({ ...trimmed, metadata: { labels: { app: 'x'.repeat(5_000) + app } } });
  memory.changes(labelled('1'), row);
  expect(memory.changes(labelled('1'), row)).toEqual({});
  expect(memory.changes(labelled('2'), row)).toEqual({ row, metadata: labelled('2').metadata });
});

test('a container that is gone and comes again is told again', () => {
  const memory = new PodMemory(2);
  const [trimmed, row] = revision('a');
  memory.changes(trimmed, row);
  memory.changes({ ...trimmed, containers: [] }, row);
  expect(memory.changes(trimmed, row)).toEqual({ row, containerStatuses: trimmed.containers });
});
