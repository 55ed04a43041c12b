import type { Dimension, Order } from '../../timeline/contract/report.ts';
import type { Cause } from '../../timeline/contract/timeline.ts';

// The words of the contract. They are repeated here as its schemas take half as long to load as Node itself; a test
// holds them to it.

export const CAUSES = [
  'exited',
  'oom-killed',
  'liveness-failed',
  'startup-probe-failed',
  'hook-failed',
  'stopped-externally',
  'killed-externally',
  'removed-externally',
  'sandbox-stopped',
  'sandbox-killed',
  'sandbox-removed',
  'sandbox-changed',
  'spec-changed',
  'resized',
  'restart-rule',
  'runtime-restarted',
  'kubelet-restarted',
  'node-rebooted',
  'unknown',
] as const satisfies readonly Cause[];

export const DIMENSIONS = [
  'cluster',
  'namespace',
  'workload',
  'container',
  'cause',
  'node',
  'image',
] as const satisfies readonly Dimension[];

export const ORDERS = ['restarts', 'uncounted', 'downtime', 'harm'] as const satisfies readonly Order[];
