import { DOCKER_ACTIONS, type DockerAction, type DockerEvent } from '../../timeline/contract/docker-event.ts';
import {
  DOCKER_ATTRIBUTES,
  DOCKER_INSPECT,
  DOCKER_INSPECT_CONFIG,
  DOCKER_INSPECT_HEALTH,
  DOCKER_INSPECT_STATE,
} from '../allow-list.ts';
import { type DockerIdentity, dockerIdentity } from './docker-identity.ts';
import type { Notes } from './drops.ts';
import { identifier, objectAt, type Raw, readFields, word } from './readers.ts';
import { timeOfNanos } from './time-of-nanos.ts';

export type TrimmedDocker = Omit<DockerEvent, 'id' | 'source' | 'observedAt'>;

const ACTIONS: ReadonlySet<string> = new Set(DOCKER_ACTIONS);

/**
 * Takes of a Docker event, or of what `inspect` found, what the allow-list names. Gives undefined for an action that
 * is not recorded (`exec_create: COMMAND`, `attach`, `top` and so on), and the problem for one that cannot be told
 * of. Never throws.
 *
 * @param node the agent's node, if it knows it
 */
export function trimDocker(
  raw: Raw,
  node: string | undefined,
  notes: Notes,
): TrimmedDocker | { readonly problem: string } | undefined {
  const spoken = typeof raw['Action'] === 'string' ? raw['Action'] : undefined;
  if (spoken === undefined) return { problem: 'Action is missing or no text' };
  const [action, detail] = actionOf(spoken);
  if (action === undefined) return undefined;
  const timeNano = raw['timeNano'];
  if (typeof timeNano !== 'string' || !/^\d{1,19}$/.test(timeNano)) {
    return { problem: 'timeNano is missing or not digits in a text' };
  }
  const told = action === 'inspect' ? inspected(raw, notes) : happened(raw, action, detail, notes);
  if ('problem' in told) return told;
  const {
    identity: { kubelet: _, ...identity },
    ...facts
  } = told;
  return {
    action,
    occurredAt: timeOfNanos(timeNano),
    timeNano,
    ...identity,
    pod: node === undefined ? identity.pod : { ...identity.pod, node },
    ...facts,
  };
}

/** `health_status: healthy` is the one action whose detail is a fact; the others' is a command line. */
function actionOf(spoken: string): readonly [action: DockerAction | undefined, detail: string | undefined] {
  const [, name = spoken, detail] = /^(health_status): (.*)$/.exec(spoken) ?? [];
  return [isAction(name) ? name : undefined, detail];
}

function isAction(name: string): name is DockerAction {
  return ACTIONS.has(name);
}

type Facts = Pick<
  TrimmedDocker,
  'containerId' | 'image' | 'exitCode' | 'signal' | 'executionMs' | 'health' | 'state'
> & { readonly identity: DockerIdentity };

function happened(
  raw: Raw,
  action: DockerAction,
  detail: string | undefined,
  notes: Notes,
): Facts | { readonly problem: string } {
  const actor = objectAt(raw, 'Actor', notes);
  const containerId = identifier(actor['ID'], notes.within('Actor'), 'ID');
  if (containerId === undefined) return { problem: 'Actor.ID is missing or odd' };
  const inActor = notes.within('Actor');
  const rawAttributes = objectAt(actor, 'Attributes', inActor);
  const attributes = readFields(rawAttributes, DOCKER_ATTRIBUTES, inActor.within('Attributes'));
  const health =
    action === 'health_status' && detail !== undefined ? word(detail, notes, 'Action') : undefined;
  const { image, exitCode, signal, executionMs } = attributes;
  return {
    containerId,
    identity: dockerIdentity(containerId, attributes.name, rawAttributes, inActor.within('Attributes')),
    ...(image === undefined ? {} : { image }),
    ...(action !== 'die' || exitCode === undefined ? {} : { exitCode }),
    ...(action !== 'kill' || signal === undefined ? {} : { signal }),
    ...(action !== 'die' || executionMs === undefined ? {} : { executionMs }),
    ...(health === undefined ? {} : { health }),
  };
}

function inspected(raw: Raw, notes: Notes): Facts | { readonly problem: string } {
  const found = objectAt(raw, 'inspect', notes);
  const inInspect = notes.within('inspect');
  const { id, name, createdAt, restartCount } = readFields(found, DOCKER_INSPECT, inInspect);
  if (id === undefined) return { problem: 'inspect.Id is missing or odd' };
  const config = objectAt(found, 'Config', inInspect);
  const inConfig = inInspect.within('Config');
  const labels = objectAt(config, 'Labels', inConfig);
  const rawState = objectAt(found, 'State', inInspect);
  const inState = inInspect.within('State');
  const { status, exitCode, ...state } = readFields(rawState, DOCKER_INSPECT_STATE, inState);
  if (status === undefined) return { problem: 'inspect.State.Status is missing or odd' };
  const { image } = readFields(config, DOCKER_INSPECT_CONFIG, inConfig);
  const { health } = readFields(
    objectAt(rawState, 'Health', inState),
    DOCKER_INSPECT_HEALTH,
    inState.within('Health'),
  );
  const identity = dockerIdentity(id, name, labels, inConfig.within('Labels'));
  // The Engine writes ExitCode 0 for a container that has not ended: that is no exit code.
  const hasEnded = status === 'exited' || status === 'dead';
  return {
    containerId: id,
    identity,
    ...(image === undefined ? {} : { image }),
    ...(health === undefined ? {} : { health }),
    state: {
      status,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...state,
      ...(hasEnded && exitCode !== undefined ? { exitCode } : {}),
      ...(identity.kubelet || restartCount === undefined ? {} : { restartCount }),
    },
  };
}
