/** The `type` of an observed frame: that of a watch event, or what a list found out. */
export type FrameType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'LISTED' | 'VANISHED';

/** What is listed and watched, and what of it is observed. */
export interface WatchedResource {
  readonly source: 'pod' | 'event';
  /** As RBAC rules and messages call it: `pods`. */
  readonly resource: string;
  readonly path: string;
  /** Field and label selectors. */
  readonly query: Readonly<Record<string, string>>;
  /** Whether a frame is passed on; every frame moves the version. */
  readonly observes: (type: FrameType, object: unknown) => boolean;
  /** Whether it says something when an object is missing from a list. If not, only observed objects are known. */
  readonly tellsVanished: boolean;
  /** See `CoverageSettings`. */
  readonly lossToleranceMs: number;
}
