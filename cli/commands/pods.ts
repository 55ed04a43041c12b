import { formatDuration, millisBetween } from '../../timeline/time.ts';
import { formatAge } from '../../timeline/render/age.ts';
import type { PodSummary } from '../../timeline/contract/lists.ts';
import * as reads from '../client/reads.ts';
import { readMoment } from '../command-line/moments.ts';
import type { Values } from '../command-line/spec.ts';
import { readWorkloadName } from '../command-line/workload-name.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../failure.ts';
import { showList } from '../list.ts';
import { checkCluster, clusterOf } from '../missing.ts';
import { readScope } from '../settings/scope.ts';
import type { Column } from '../terminal/table.ts';
import type { COMMANDS } from './specs.ts';

/** `podlapse pods` */
export async function pods(
  context: CommandContext,
  values: Values<typeof COMMANDS.pods.options>,
): Promise<number> {
  const scope = await readScope(values, context.settings, context.around);
  const cluster = await clusterOf(context, scope);
  const nowMs = context.around.clock();
  const { workload, node, restarted, since } = values;
  const named = workload === undefined ? undefined : readWorkloadName(workload);
  const query = {
    namespace: scope.namespace,
    node,
    workload: named === undefined ? undefined : `${named.kind}/${named.name}`,
    restarted: restarted === true ? true : undefined,
    since: since === undefined ? undefined : readMoment(since, 'since', nowMs),
  };
  const list = {
    pageAt: (page: { cursor: string | undefined; limit: number }) =>
      reads.pods(cluster, { ...query, ...page }),
    columns: columnsOf(scope.namespace === undefined, values.output === 'wide', nowMs),
    sayNone: async () => {
      await checkCluster(context, cluster, scope);
      const where = scope.namespace === undefined ? '' : ` in namespace ${scope.namespace} (-A for all)`;
      return `No such pods of cluster ${cluster} are recorded${where}.`;
    },
    sayMore: (limit: number) => `These are ${limit}, and there are more: --limit 0 shows all.`,
  };
  await showList(context, list, values);
  return EXIT.done;
}

function columnsOf(hasNamespaces: boolean, isWide: boolean, nowMs: number): readonly Column<PodSummary>[] {
  const now = new Date(nowMs).toISOString();
  const ageOf = (time: string | null) => (time === null ? '-' : formatAge(millisBetween(time, now)));
  return [
    ...(hasNamespaces
      ? [{ heading: 'NAMESPACE', cell: ({ pod }: PodSummary) => pod.namespace, minWidth: 10 }]
      : []),
    { heading: 'POD', cell: ({ pod }) => pod.name, minWidth: 20 },
    { heading: 'RESTARTS', cell: ({ summary }) => String(summary.restarts), isNumber: true },
    {
      heading: 'UNCOUNTED',
      cell: ({ summary }) => ({
        text: String(summary.uncounted),
        look: summary.uncounted > 0 ? 'red' : undefined,
      }),
      isNumber: true,
    },
    {
      heading: 'KUBECTL',
      cell: ({ summary }) =>
        summary.kubernetesRestartCount === null ? '-' : String(summary.kubernetesRestartCount),
      isNumber: true,
    },
    {
      heading: 'LAST RESTART',
      cell: ({ lastRestartAt }) => (lastRestartAt === null ? '-' : `${ageOf(lastRestartAt)} ago`),
    },
    {
      heading: 'DOWN',
      cell: ({ summary }) => (summary.restarts === 0 ? '-' : formatDuration(summary.downtimeMs)),
    },
    {
      heading: 'AGE',
      cell: ({ pod }) =>
        pod.deletedAt === null ? ageOf(pod.createdAt) : { text: `gone ${ageOf(pod.deletedAt)}`, look: 'dim' },
    },
    ...(isWide
      ? [
          {
            heading: 'WORKLOAD',
            cell: ({ pod }: PodSummary) => `${pod.workload.kind}/${pod.workload.name}`,
            minWidth: 16,
          },
          { heading: 'NODE', cell: ({ pod }: PodSummary) => pod.node ?? '-', minWidth: 10 },
          { heading: 'UID', cell: ({ pod }: PodSummary) => pod.uid },
        ]
      : []),
  ];
}
