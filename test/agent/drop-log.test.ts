import { expect, test } from 'vitest';
import { createDropLog } from '../../agent/drop-log.ts';
import type { Happening } from '../../agent/telemetry/happening.ts';
import { createTell } from '../../agent/telemetry/tell.ts';

test('each kind of drop is news once, and no more than 200 of them; all are counted', () => {
  const told: object[] = [];
  const counted: Happening[] = [];
  const line = (fields: object) => told.push(fields);
  const drop = createDropLog(
    createTell({ info: line, warn: line, error: line }, (happening) => counted.push(happening)),
  );

  for (const index of [0, 1, 2]) {
    drop({ kind: 'field', source: 'pod', field: `object.status.containerStatuses[${index}].name` });
    drop({ kind: 'event', source: 'docker', problem: 'Actor.ID is missing or odd' });
  }
  expect(told).toEqual([
    { source: 'pod', field: 'object.status.containerStatuses[].name' },
    { source: 'docker', problem: 'Actor.ID is missing or odd' },
  ]);
  for (let index = 0; index < 1_000; index += 1) {
    drop({ kind: 'field', source: 'pod', field: `object.${'x'.repeat(index)}` });
  }
  expect(told).toHaveLength(200);
  expect(counted).toHaveLength(1_006);
});
