// The words of the contract, apart from its schemas: those take half as long to load as Node itself, which a program that
// only names them need not wait for.

/** Why a run ended and another began. The list may grow; a cause is never renamed. */
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
] as const;

/** What restarts are grouped by. */
export const DIMENSIONS = [
  'cluster',
  'namespace',
  'workload',
  'container',
  'cause',
  'node',
  'image',
] as const;

/** In what order the groups of a report stand. */
export const ORDERS = ['restarts', 'uncounted', 'downtime', 'harm'] as const;
