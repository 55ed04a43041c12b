import type { ClusterSummary } from '../../timeline/contract/lists.ts';
import { formatAge } from '../../timeline/render/age.ts';
import { formatMoment, plainText } from '../../timeline/render/plain-text.ts';
import { Name } from '../app/controls/name.tsx';
import { hrefOf, type Params } from '../app/place.ts';
import { type Health, healthOf, worstFirst } from './cluster-health.ts';

const CHIPS: Readonly<Record<Health, string>> = {
  recorded: 'chip good',
  gaps: 'chip alarm',
  unwatched: 'chip alarm',
};
const SIGNS: Readonly<Record<Health, string>> = { recorded: '✓', gaps: '◐', unwatched: '○' };

/** Of hundreds of clusters so many are listed at once. */
const LISTED = 12;

/**
 * The clusters, those that need looking after first: each with whether it is being recorded and when it was last heard
 * of.
 */
export function ClusterList({
  clusters,
  nowMs,
  params,
}: {
  readonly clusters: readonly ClusterSummary[];
  readonly nowMs: number;
  /** Of the links, beside the cluster. */
  readonly params: Params;
}) {
  const ordered = worstFirst(clusters);
  const list = (some: readonly ClusterSummary[]) => (
    <ul class="clusters">
      {some.map((cluster) => (
        <li key={cluster.name}>
          <ClusterLine cluster={cluster} nowMs={nowMs} params={params} />
        </li>
      ))}
    </ul>
  );
  const more = ordered.slice(LISTED);
  return (
    <>
      {list(ordered.slice(0, LISTED))}
      {more.length > 0 && (
        <details class="more-clusters">
          <summary>and {more.length} more</summary>
          {list(more)}
        </details>
      )}
    </>
  );
}

function ClusterLine({
  cluster,
  nowMs,
  params,
}: {
  readonly cluster: ClusterSummary;
  readonly nowMs: number;
  readonly params: Params;
}) {
  const { health, words, gaps } = healthOf(cluster);
  return (
    <>
      <a href={hrefOf('overview', { ...params, cluster: cluster.name })}>
        <Name>{cluster.name}</Name>
      </a>
      <span class={CHIPS[health]}>
        <span aria-hidden="true">{SIGNS[health]} </span>
        {words}
      </span>
      <span class="quiet">
        last heard{' '}
        <time dateTime={cluster.lastHeardAt} title={formatMoment(cluster.lastHeardAt)}>
          {formatAge(nowMs - Date.parse(cluster.lastHeardAt))} ago
        </time>
      </span>
      {gaps.length > 0 && (
        <details>
          <summary>What is not watched</summary>
          <ul>
            {gaps.map(({ source, node, from, reason }) => (
              <li key={`${source} ${node} ${from}`}>
                {source} {node === null ? '' : 'of node '}
                {node !== null && <Name>{plainText(node)}</Name>} since{' '}
                <span class="time">{formatMoment(from)}</span>: <Name>{plainText(reason)}</Name>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
