import type { DroppedEvents } from './dropped.ts';

/** What a spool tells of itself. */
export interface SpoolReports {
  /** Once when events begin to be lost for want of room. */
  full(): void;
  /** When there is room again, with all that was lost. It may be told once more if the agent is killed meanwhile. */
  dropped(drops: readonly DroppedEvents[]): Promise<void>;
}

/** What one on a disk tells beside. */
export interface DiskSpoolReports extends SpoolReports {
  /** The disk does not take anything: from now on events are only in memory. */
  onlyInMemory(problem: Error): void;
  /** Everything that waits is on the disk again. */
  onDiskAgain(): void;
  /** A crash had left something unfinished at the end, which nobody was promised. */
  torn(bytes: number): void;
}
