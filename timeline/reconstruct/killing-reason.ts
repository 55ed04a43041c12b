/** Why the kubelet says that it kills a container. */
export type KillingReason = 'liveness' | 'startup' | 'definition' | 'resize' | 'hook' | 'unknown-state';

/** What the API server's Events begin with once more than ten alike were folded into one (client-go events_cache.go). */
const COMBINED = '(combined from similar events): ';

/** Whether the Event stands for several of one reason, which may be about several containers. */
export function isCombined(message: string | undefined): boolean {
  return message?.startsWith(COMBINED) === true;
}

export function withoutCombined(message: string): string {
  return message.startsWith(COMBINED) ? message.slice(COMBINED.length) : message;
}

/** Kubernetes 1.14 and newer (kuberuntime_manager.go `computePodActions`), 1.10 to 1.13, and before. */
const REASONS: readonly (readonly [RegExp, KillingReason])[] = [
  [/failed liveness probe/i, 'liveness'],
  [/failed startup probe/i, 'startup'],
  [/definition changed|spec hash changed/, 'definition'],
  [/resize requires restart/, 'resize'],
  [/FailedPostStartHook/, 'hook'],
  [/is in "[^"]*" state, try killing it/, 'unknown-state'],
  // Only the liveness probe could do so then (kubernetes 1.2 to 1.9).
  [/is unhealthy, it will be killed and re-created/, 'liveness'],
];

/** The reason that a `Killing` gives; undefined for one that gives none, as at the end of a pod or of its sandbox. */
export function killingReason(message: string | undefined): KillingReason | undefined {
  if (message === undefined) return undefined;
  return REASONS.find(([pattern]) => pattern.test(message))?.[1];
}

/** The container that a message of the kubelet names, where it names one. */
export function containerOfMessage(message: string | undefined): string | undefined {
  if (message === undefined) return undefined;
  const said = withoutCombined(message);
  const named =
    /^Stopping container ([^\s,]+)/.exec(said) ??
    /^(?:Init container|Container) ([^\s,]+) (?:failed|definition|resize)/.exec(said) ??
    /container "([^"]+)" is unhealthy/.exec(said);
  // Kubernetes 1.10 to 1.13 said "Container failed liveness probe" of a container that it did not name.
  return named?.[1] === 'failed' ? undefined : named?.[1];
}
