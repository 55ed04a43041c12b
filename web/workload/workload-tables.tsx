import { useState } from 'preact/hooks';
import type { WorkloadPod, WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
import { lookOf } from '../../timeline/render/cause-palette.ts';
import { formatMoment, plainText } from '../../timeline/render/plain-text.ts';
import { type Happening, happeningsOf } from '../../timeline/render/workload-happenings.ts';
import { REPLACEMENT_TONES } from '../../timeline/render/workload-palette.ts';
import { formatDuration } from '../../timeline/time.ts';
import { Name } from '../app/controls/name.tsx';
import { hrefOf } from '../app/place.ts';
import { Swatch } from '../chart/look-patterns.tsx';
import { NotCounted } from '../overview/not-counted.tsx';

/** A reader takes in so many at first. */
const SHOWN = 12;

/** Everything that happened to the workload, newest first, each with its explanation. */
export function Happenings({ account }: { readonly account: WorkloadTimeline }) {
  const [isWhole, setIsWhole] = useState(false);
  const all = happeningsOf(account).reverse();
  const shown = isWhole ? all : all.slice(0, SHOWN);
  const pods = new Map(account.pods.map(({ pod }) => [pod.uid, pod.name]));
  return (
    <>
      <ol class="happenings">
        {shown.map((happening, index) => (
          <li key={index}>
            <span class="time">{happening.at === null ? 'time not seen' : formatMoment(happening.at)}</span>
            <What happening={happening} cluster={account.cluster} pods={pods} />
            <p>{plainText(happening.explanation)}</p>
          </li>
        ))}
      </ol>
      {shown.length < all.length && (
        <button type="button" class="show-more" onClick={() => setIsWhole(true)}>
          Show the {all.length - shown.length} earlier ones as well
        </button>
      )}
    </>
  );
}

function What({
  happening: { what },
  cluster,
  pods,
}: {
  readonly happening: Happening;
  readonly cluster: string;
  readonly pods: ReadonlyMap<string, string>;
}) {
  const link = (uid: string) => (
    <a href={hrefOf('pod', { cluster, uid })}>
      <Name>{plainText(pods.get(uid) ?? uid)}</Name>
    </a>
  );
  switch (what.kind) {
    case 'rollout':
      return (
        <span class="what">
          <span class="chip good">deploy</span> <Name>{plainText(what.rollout.from)}</Name> to{' '}
          <Name>{plainText(what.rollout.to)}</Name>
        </span>
      );
    case 'restart': {
      const { cause, counted, container, pod, downtimeMs } = what.restart;
      return (
        <span class="what">
          <Swatch look={lookOf(cause)} /> <b>{cause}</b> {link(pod)} container{' '}
          <Name>{plainText(container)}</Name>
          {downtimeMs !== null && `, down ${formatDuration(downtimeMs)}`} {!counted && <NotCounted />}
        </span>
      );
    }
    case 'replacement': {
      const { cause, from, to } = what.replacement;
      return (
        <span class="what">
          <svg class="swatch" width="10" height="14" aria-hidden="true">
            <g class={`joint tone-${REPLACEMENT_TONES[cause]}`}>
              <rect x="1" width="8" height="14" rx="1" />
            </g>
          </svg>{' '}
          <b>{cause}</b> {link(from)} {to === null ? 'ended' : <>replaced by {link(to)}</>}
        </span>
      );
    }
  }
}

/** The pods of the workload with what is told of each: what the lanes show, as a table. */
export function PodTable({
  cluster,
  pods,
}: {
  readonly cluster: string;
  readonly pods: readonly WorkloadPod[];
}) {
  return (
    <div class="wide" role="region" aria-label="The pods as a table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Pod</th>
            <th scope="col">Revision</th>
            <th scope="col">Node</th>
            <th scope="col">Born (UTC)</th>
            <th scope="col">Ready</th>
            <th scope="col">Left</th>
            <th scope="col" class="number">
              Restarts
            </th>
            <th scope="col" class="number">
              Not counted
            </th>
            <th scope="col" class="number">
              kubectl shows
            </th>
          </tr>
        </thead>
        <tbody>
          {pods.toReversed().map(({ pod, revision, readyAt, leftAt, summary }) => (
            <tr key={pod.uid}>
              <td>
                <a href={hrefOf('pod', { cluster, uid: pod.uid })}>
                  <Name>{plainText(pod.name)}</Name>
                </a>
              </td>
              <td>{revision === null ? '–' : <Name>{plainText(revision)}</Name>}</td>
              <td>
                {pod.node === null ? (
                  '–'
                ) : (
                  <a href={hrefOf('node', { cluster, node: pod.node })}>
                    <Name>{plainText(pod.node)}</Name>
                  </a>
                )}
              </td>
              <td class="time">{pod.createdAt === null ? 'not seen' : formatMoment(pod.createdAt)}</td>
              <td class="time">{readyAt === null ? '–' : formatMoment(readyAt)}</td>
              <td class="time">
                {leftAt === null ? (pod.deletedAt === null ? '–' : 'not seen') : formatMoment(leftAt)}
              </td>
              <td class="number">{summary.restarts}</td>
              <td class="number">{summary.uncounted > 0 ? `◆ ${summary.uncounted}` : 0}</td>
              <td class="number">{summary.kubernetesRestartCount ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
