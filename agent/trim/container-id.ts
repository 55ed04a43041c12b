import type { RuntimeName } from '../../timeline/contract/primitives.ts';
import { identifier, type Reader } from './readers.ts';

// A status writes `docker://ID` (kubelet, ContainerID.String()).
const CONTAINER_ID = /^([a-z0-9.+-]{1,32}):\/\/(.*)$/;
const RUNTIMES: ReadonlyMap<string, RuntimeName> = new Map([
  ['docker', 'docker'],
  ['containerd', 'containerd'],
  ['cri-o', 'cri-o'],
]);

/** The ID in a status' `containerID`, without its runtime. */
export const containerIdOf: Reader<string> = (raw, notes, key) => {
  if (raw === '') return undefined;
  return identifier(typeof raw === 'string' ? CONTAINER_ID.exec(raw)?.[2] : raw, notes, key);
};

/** The runtime in a status' `containerID`. */
export const runtimeOf: Reader<RuntimeName> = (raw) => {
  const prefix = typeof raw === 'string' ? CONTAINER_ID.exec(raw)?.[1] : undefined;
  return prefix === undefined ? undefined : (RUNTIMES.get(prefix) ?? 'other');
};

// A Go duration without fractions of a second, as in "back-off 1m20s restarting failed container=web pod=…"
// (kubelet, doBackOff) and, of images, "Back-off pulling image …" which has none.
const BACK_OFF =
  /^back-off (?:(\d{1,3})h)?(?:(\d{1,3})m)?(?:(\d{1,3})(?:\.\d+)?s) restarting failed container/;

/** The length of the back-off that a waiting container's message names, in milliseconds. */
export const backoffOfMessage: Reader<number> = (raw) => {
  const found = typeof raw === 'string' ? BACK_OFF.exec(raw.slice(0, 256)) : null;
  if (found === null) return undefined;
  const [hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
};
