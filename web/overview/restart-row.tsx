import type { ComponentChildren } from 'preact';
import { lookOf } from '../../timeline/render/cause-palette.ts';
import { formatMoment, plainText } from '../../timeline/render/plain-text.ts';
import { formatDuration } from '../../timeline/time.ts';
import { Name } from '../app/controls/name.tsx';
import { hrefOf } from '../app/place.ts';
import { Swatch } from '../chart/look-patterns.tsx';
import { NotCounted } from './not-counted.tsx';

export interface RestartRowProps {
  /** Null where it was not seen. */
  readonly at: string | null;
  /** False where `at` is only near it. */
  readonly atSeen?: boolean;
  readonly cause: string;
  readonly counted: boolean;
  readonly cluster: string;
  readonly pod: { readonly name: string; readonly uid: string };
  readonly container: string;
  readonly downtimeMs: number | null;
  /** Where the pod is. */
  readonly children: ComponentChildren;
}

/** A restart as one line of a list, with the way to its pod; on a narrow screen a few lines. */
export function RestartRow({
  at,
  atSeen = true,
  cause,
  counted,
  cluster,
  pod,
  container,
  downtimeMs,
  children,
}: RestartRowProps) {
  return (
    <li>
      <span class="time">
        {atSeen ? '' : 'near '}
        {at === null ? 'time not seen' : <time dateTime={at}>{formatMoment(at)}</time>}
      </span>
      <span class="cause">
        <Swatch look={lookOf(cause)} /> {cause}
      </span>
      <span class="whether">{!counted && <NotCounted />}</span>
      <span class="what">
        <a href={hrefOf('pod', { cluster, uid: pod.uid })}>
          <Name>{plainText(pod.name)}</Name>
        </a>{' '}
        <span class="quiet">
          container <Name>{plainText(container)}</Name>
        </span>
      </span>
      <span class="where quiet">{children}</span>
      <span class="down">
        {downtimeMs === null ? 'downtime not seen' : `down ${formatDuration(downtimeMs)}`}
      </span>
    </li>
  );
}
