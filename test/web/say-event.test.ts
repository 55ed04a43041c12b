import { expect, test } from 'vitest';
import type { CriEvent } from '../../timeline/contract/cri-event.ts';
import { POD } from '../support/recorded-events.ts';
import { sayEvent } from '../../web/pod/say-event.ts';

const die: CriEvent = {
  id: 'cri/c0ffee/die/1',
  source: 'cri',
  action: 'die',
  occurredAt: '2026-03-01T10:00:00.5Z',
  observedAt: '2026-03-01T10:00:01Z',
  timeNano: '1772359200500000000',
  runtime: 'containerd',
  pod: POD,
  role: 'container',
  container: 'web',
  containerId: 'c0ffee123456789',
  exitCode: 137,
};

test('an end is told with who sent which signal', () => {
  const at = '2026-03-01T10:00:00.1Z';
  const received = [
    { signal: 15, at, sender: 'runc', ignored: true },
    { signal: 12, at },
    { signal: 9, at, byKernel: true },
  ];
  expect(sayEvent({ ...die, signals: { since: at, received } })).toBe(
    'cri die of web c0ffee123456 (exit 137, SIGTERM from runc, ignored, SIGUSR2 from an unnamed program, SIGKILL from the kernel)',
  );
  expect(sayEvent(die)).toBe('cri die of web c0ffee123456 (exit 137)');
});
