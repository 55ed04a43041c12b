import { millisBetween } from '../../timeline/time.ts';
import { formatAge } from '../../timeline/render/age.ts';
import type { ClusterSummary } from '../../timeline/contract/lists.ts';
import * as reads from '../client/reads.ts';
import type { Values } from '../command-line/spec.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../failure.ts';
import { showList } from '../list.ts';
import type { Column } from '../terminal/table.ts';
import type { COMMANDS } from './specs.ts';

/** `podlapse clusters` */
export async function clusters(
  context: CommandContext,
  values: Values<typeof COMMANDS.clusters.options>,
): Promise<number> {
  const list = {
    pageAt: reads.clusters,
    columns: columnsAt(new Date(context.around.clock()).toISOString()),
    sayNone: async () => 'Nothing is recorded yet: start an agent, see `npm run agent -- --help`.',
    sayMore: (limit: number) => `These are ${limit}, and there are more.`,
  };
  await showList(context, list, values);
  return EXIT.done;
}

function columnsAt(now: string): readonly Column<ClusterSummary>[] {
  const ago = (time: string) => `${formatAge(millisBetween(time, now))} ago`;
  return [
    { heading: 'CLUSTER', cell: ({ name }) => name },
    { heading: 'LAST HEARD', cell: ({ lastHeardAt }) => ago(lastHeardAt) },
    { heading: 'FIRST HEARD', cell: ({ firstHeardAt }) => ago(firstHeardAt) },
    { heading: 'AGENTS', cell: ({ agents }) => String(agents.length), isNumber: true },
    {
      heading: 'UNWATCHED',
      cell: ({ openGaps }) =>
        openGaps.length === 0
          ? '-'
          : {
              text: openGaps
                .map(
                  ({ source, node, from }) =>
                    `${source}${node === null ? '' : ` on ${node}`} since ${ago(from)}`,
                )
                .join(', '),
              look: 'red',
            },
      minWidth: 20,
    },
  ];
}
