import type { Timeline } from '../../timeline/contract/timeline.ts';
import { sayPatterns } from '../../timeline/render/patterns.ts';
import { formatDuration } from '../../timeline/time.ts';
import { Name } from '../app/controls/name.tsx';
import { hrefOf } from '../app/place.ts';

/** Who the pod is, and how it stands in one look. */
export function PodHead({ timeline }: { readonly timeline: Timeline }) {
  const { pod, summary, previous = [] } = timeline;
  const { cluster, namespace, name, node, workload, createdAt, deletedAt } = pod;
  return (
    <>
      <header class="pod-head">
        <h1>
          <Name>{namespace}</Name>
          <span class="quiet"> / </span>
          <Name>{name}</Name>
        </h1>
        <p class="quiet pod-where">
          <span>
            cluster <a href={hrefOf('overview', { cluster })}>{cluster}</a>
          </span>
          {node === null ? null : (
            <span>
              node{' '}
              <a href={hrefOf('node', { cluster, node })}>
                <Name>{node}</Name>
              </a>
            </span>
          )}
          <span>
            workload{' '}
            <a href={hrefOf('workload', { cluster, namespace, kind: workload.kind, name: workload.name })}>
              <Name>{`${workload.kind}/${workload.name}`}</Name>
            </a>
          </span>
          {createdAt === null ? null : <span>created {moment(createdAt)}</span>}
          {deletedAt === null ? null : <span class="chip">deleted {moment(deletedAt)}</span>}
          {previous.length === 0 ? null : (
            <span>
              earlier of this name:{' '}
              {previous.slice(0, 5).map(({ uid }, index) => (
                <a key={uid} href={hrefOf('pod', { cluster, uid })}>
                  {index === 0 ? 'the one before' : `${index + 1} before`}
                </a>
              ))}
            </span>
          )}
        </p>
      </header>
      <dl class="tiles">
        <Tile name="Restarts" value={String(summary.restarts)} />
        {summary.kubernetesRestartCount === null ? null : (
          <>
            <Tile name="Counted" value={String(summary.counted)} />
            <Tile
              name={summary.uncounted > 0 ? '◆ Not counted' : 'Not counted'}
              value={String(summary.uncounted)}
              alarm={summary.uncounted > 0}
            />
            <Tile name="kubectl shows" value={String(summary.kubernetesRestartCount)} />
          </>
        )}
        <Tile name="Down in all" value={formatDuration(summary.downtimeMs)} />
        <Tile name="Record" value={summary.complete ? 'complete' : 'has gaps'} alarm={!summary.complete} />
        {summary.unseen === undefined ? null : (
          <Tile name="At least unseen" value={String(summary.unseen)} alarm />
        )}
      </dl>
      <Patterns timeline={timeline} />
    </>
  );
}

function Tile({
  name,
  value,
  alarm = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly alarm?: boolean;
}) {
  return (
    <div class={`tile${alarm ? ' alarm' : ''}`}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Patterns({ timeline: { patterns = [] } }: { readonly timeline: Timeline }) {
  if (patterns.length === 0) return null;
  const { lines, more } = sayPatterns(patterns);
  return (
    <section class="pod-patterns" aria-label="Patterns">
      {lines.map(({ heading, text }) => (
        <details key={heading} open={lines.length === 1}>
          <summary>
            <strong>
              <bdi>{heading}</bdi>
            </strong>
          </summary>
          <p>
            <bdi>{text}</bdi>
          </p>
        </details>
      ))}
      {more > 0 ? <p class="quiet">and {more} earlier patterns</p> : null}
    </section>
  );
}

function moment(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}`;
}
