/** What a scenario is. */
import type { LabOptions } from '../settings.ts';
import type { Manifest } from './manifests.ts';
import type { Stage } from './stage.ts';

/** What of the lab's options a scenario may ask for. */
export type SpecialLab = Pick<LabOptions, 'featureGates' | 'kubelet' | 'dockerd'>;

export interface Scenario {
  /** Of its file, its namespace and its folder of recordings. */
  readonly name: string;
  /** What is done, in a few words, as the page of findings says it. */
  readonly title: string;
  /** What the reader must know to understand the outcome; only what was seen. */
  readonly note?: string;
  /** What is to be said instead where the runtime is containerd. */
  readonly noteOnContainerd?: string;
  /** Whether it is about Docker itself. */
  readonly onlyDocker?: boolean;
  /** Absent for the lab as it is. */
  readonly lab?: SpecialLab;
  /** Whether it disturbs what else is on the node, so that it must be played alone. */
  readonly alone?: boolean;
  /** Whether it never comes to rest by itself, so that it is cleared away as soon as `act` is over. */
  readonly restless?: boolean;
  /** Made before `act` begins. */
  readonly manifests: readonly Manifest[];
  /** Does the deeds, and says of each restart why it came to be. */
  act(stage: Stage): Promise<void>;
  /** Takes away what does not go with the namespace. */
  clear?(stage: Stage): Promise<void>;
}

/** A lab in which a container that fails again and again does not wait long, for scenarios about something else. */
export const SHORT_BACK_OFF: SpecialLab = {
  kubelet: { crashLoopBackOff: { maxContainerRestartPeriod: '2s' } },
};
