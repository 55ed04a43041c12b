import type { PodSummary } from '../../timeline/contract/lists.ts';
import { formatMoment, plainText } from '../../timeline/render/plain-text.ts';
import { Name } from '../app/controls/name.tsx';
import { hrefOf } from '../app/place.ts';
import { workloadHref } from './workload-href.ts';

/** The pods of a cluster, living and gone, each with its restarts. */
export function PodList({
  pods,
  hasMore,
}: {
  readonly pods: readonly PodSummary[];
  readonly hasMore: boolean;
}) {
  return (
    <div class="wide" role="region" aria-label="The pods as a table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Pod</th>
            <th scope="col">Namespace</th>
            <th scope="col">Workload</th>
            <th scope="col">Node</th>
            <th scope="col" class="number">
              Restarts
            </th>
            <th scope="col" class="number">
              Not counted
            </th>
            <th scope="col">Last restart (UTC)</th>
          </tr>
        </thead>
        <tbody>
          {pods.map(({ pod, summary, lastRestartAt }) => {
            const owner = `${pod.workload.kind}/${pod.workload.name}`;
            return (
              <tr key={pod.uid}>
                <td>
                  <a href={hrefOf('pod', { cluster: pod.cluster, uid: pod.uid })}>
                    <Name>{plainText(pod.name)}</Name>
                  </a>
                  {pod.deletedAt !== null && <span class="quiet"> gone</span>}
                </td>
                <td>
                  <Name>{plainText(pod.namespace)}</Name>
                </td>
                <td>
                  <a href={workloadHref(pod.cluster, pod.namespace, owner)}>
                    <Name>{plainText(owner)}</Name>
                  </a>
                </td>
                <td>
                  {pod.node === null ? (
                    '–'
                  ) : (
                    <a href={hrefOf('node', { cluster: pod.cluster, node: pod.node })}>
                      <Name>{plainText(pod.node)}</Name>
                    </a>
                  )}
                </td>
                <td class="number">{summary.restarts}</td>
                <td class="number">{summary.uncounted > 0 ? `◆ ${summary.uncounted}` : summary.uncounted}</td>
                <td class="time">{lastRestartAt === null ? '–' : formatMoment(lastRestartAt)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {hasMore && <p class="quiet">There are more: narrow them down by namespace or workload.</p>}
    </div>
  );
}
