import { formatDuration } from '../../timeline/time.ts';
import { formatMoment } from '../../timeline/render/plain-text.ts';
import type { ListedRestart } from '../../timeline/contract/lists.ts';
import type { Cause } from '../../timeline/contract/timeline.ts';
import * as reads from '../client/reads.ts';
import { readMoment } from '../command-line/moments.ts';
import { UsageError, type Values } from '../command-line/spec.ts';
import { readWorkloadName } from '../command-line/workload-name.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../failure.ts';
import { showList } from '../list.ts';
import { checkCluster } from '../missing.ts';
import { readScope } from '../settings/scope.ts';
import { lookOfCause } from '../terminal/paint.ts';
import type { Column } from '../terminal/table.ts';
import type { COMMANDS } from './specs.ts';

const DEFAULT_SINCE = '24h';

/** `podlapse restarts` */
export async function restarts(
  context: CommandContext,
  values: Values<typeof COMMANDS.restarts.options>,
): Promise<number> {
  const scope = await readScope(values, context.settings, context.around);
  const isEverywhere = values['all-clusters'] === true;
  if (isEverywhere && values.cluster !== undefined)
    throw new UsageError('--cluster and --all-clusters do not go together.');
  if (values.counted === true && values.uncounted === true)
    throw new UsageError('--counted and --uncounted together are all restarts; leave both out.');
  const cluster = isEverywhere ? undefined : scope.cluster;
  const namespace = isEverywhere && !scope.isNamespaceNamed ? undefined : scope.namespace;
  const nowMs = context.around.clock();
  const { since = DEFAULT_SINCE, until, container, workload } = values;
  const named = workload === undefined ? undefined : readWorkloadName(workload);
  const query = {
    cluster,
    namespace,
    from: readMoment(since, 'since', nowMs),
    // Followed without an end, there is none.
    to: until === undefined ? undefined : readMoment(until, 'until', nowMs),
    cause: values.cause as Cause | undefined,
    workload: named === undefined ? undefined : `${named.kind}/${named.name}`,
    container,
    counted: values.counted === true ? true : values.uncounted === true ? false : undefined,
  };
  const count = await showList(
    context,
    {
      pageAt: (page) => reads.restarts({ ...query, ...page }),
      columns: columnsOf(cluster === undefined, namespace === undefined, values.output === 'wide'),
      isNewestFirst: true,
      sayNone: async () => {
        if (cluster !== undefined) await checkCluster(context, cluster, scope);
        const where = [
          ...(cluster === undefined ? [] : [` of cluster ${cluster}`]),
          ...(namespace === undefined ? [] : [` in namespace ${namespace} (-A for all)`]),
        ];
        return `No such restarts${where.join('')} are recorded since ${formatMoment(query.from)} UTC.`;
      },
      sayMore: (limit) => `These are the ${limit} newest, and there are more: --limit 0 shows all.`,
    },
    values,
  );
  return values['exit-code'] === true && count > 0 ? EXIT.restartsFound : EXIT.done;
}

function columnsOf(
  hasClusters: boolean,
  hasNamespaces: boolean,
  isWide: boolean,
): readonly Column<ListedRestart>[] {
  return [
    { heading: 'AT (UTC)', cell: ({ at, atSeen }) => `${formatMoment(at)}${atSeen ? '' : ' ?'}` },
    ...(hasClusters
      ? [{ heading: 'CLUSTER', cell: ({ cluster }: ListedRestart) => cluster, minWidth: 8 }]
      : []),
    ...(hasNamespaces
      ? [{ heading: 'NAMESPACE', cell: ({ namespace }: ListedRestart) => namespace, minWidth: 8 }]
      : []),
    { heading: 'POD', cell: ({ pod }) => pod.name, minWidth: 16 },
    { heading: 'CONTAINER', cell: ({ container }) => container, minWidth: 9 },
    { heading: 'CAUSE', cell: ({ cause }) => ({ text: cause, look: lookOfCause(cause) }) },
    {
      heading: 'COUNTED',
      // A container of Docker alone is its own pod, and nobody counts.
      cell: ({ counted, pod, to }) => (counted ? 'yes' : pod.uid === to ? '-' : { text: 'NO', look: 'red' }),
    },
    {
      heading: 'DOWN',
      cell: ({ downtimeMs }) => (downtimeMs === null ? 'not seen' : formatDuration(downtimeMs)),
    },
    ...(isWide
      ? [
          {
            heading: 'WORKLOAD',
            cell: ({ workload }: ListedRestart) => `${workload.kind}/${workload.name}`,
            minWidth: 12,
          },
          { heading: 'NODE', cell: ({ node }: ListedRestart) => node ?? '-', minWidth: 8 },
          { heading: 'IMAGE', cell: ({ image }: ListedRestart) => image ?? '-', minWidth: 10 },
        ]
      : []),
  ];
}
