// Pod deltas as they stand on the wire, made before they are needed, so that to send one is to copy it.
import { asPod, recordedRevisions } from './recorded-pods.ts';

/** More than the agent keeps whole of, as in a large cluster. */
const PODS = 1_000;
const FRAMES = 2 * PODS;
/** Each delta has a version of its own, and each of a pod another count of restarts, so that none is like another. */
const VERSION = { mark: '1234567890', first: 2_000_000_000 };
const RESTARTS = { mark: 987_654, first: 100_000 };

interface Frame {
  readonly bytes: Buffer;
  /** Where the digits of the version and of the count stand. */
  readonly versionAt: number;
  readonly restartsAt: number;
}

/** The lines of a watch: the revisions of the recordings as those of a thousand pods, again and again. */
export class DeltaFrames {
  readonly #frames = makeFrames();

  /** The lines of the deltas from one number up to another, which is not among them. */
  lines(from: number, to: number): Buffer {
    const parts: Buffer[] = [];
    for (let number = from; number < to; number += 1) {
      const frame = this.#frames[number % this.#frames.length];
      if (frame === undefined) throw new Error('there are no recorded pods');
      frame.bytes.write(String(VERSION.first + number), frame.versionAt, 'latin1');
      frame.bytes.write(String(RESTARTS.first + Math.floor(number / PODS)), frame.restartsAt, 'latin1');
      // The same frame can come twice in one part, with other digits.
      parts.push(Buffer.from(frame.bytes));
    }
    return Buffer.concat(parts);
  }
}

/** The number of a delta from its version. */
export function deltaNumber(resourceVersion: string): number {
  return Number(resourceVersion) - VERSION.first;
}

function makeFrames(): readonly Frame[] {
  const revisions = recordedRevisions().filter((pod) => statusesOf(pod['status']).length > 0);
  return Array.from({ length: FRAMES }, (_, index) => {
    const revision = revisions[index % revisions.length];
    if (revision === undefined) throw new Error('there are no recorded pods');
    const pod = asPod(revision, index % PODS, 'node1');
    const [first, ...others] = statusesOf(pod['status']);
    const object = {
      apiVersion: 'v1',
      ...pod,
      metadata: { ...pod.metadata, resourceVersion: VERSION.mark },
      status: {
        ...(pod['status'] as object),
        containerStatuses: [{ ...first, restartCount: RESTARTS.mark }, ...others],
      },
    };
    const bytes = Buffer.from(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
    return {
      bytes,
      versionAt: slotIn(bytes, '"resourceVersion":"', VERSION.mark),
      restartsAt: slotIn(bytes, '"restartCount":', String(RESTARTS.mark)),
    };
  });
}

function slotIn(bytes: Buffer, before: string, mark: string): number {
  const at = bytes.indexOf(before + mark);
  if (at === -1) throw new Error(`a frame has no ${before}${mark}`);
  return at + before.length;
}

function statusesOf(status: unknown): readonly object[] {
  return (status as { readonly containerStatuses?: readonly object[] } | undefined)?.containerStatuses ?? [];
}
