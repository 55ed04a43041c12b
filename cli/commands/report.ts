import type { Dimension } from '../../timeline/contract/report.ts';
import { formatDuration } from '../../timeline/time.ts';
import { type ReportRow, rowsOf } from '../../timeline/reports/report-rows.ts';
import type { Cause } from '../../timeline/contract/timeline.ts';
import * as reads from '../client/reads.ts';
import type { ReportQuery } from '../client/queries.ts';
import { didYouMean } from '../command-line/near-names.ts';
import { readCount, readMoment } from '../command-line/moments.ts';
import { UsageError, type Values } from '../command-line/spec.ts';
import { readWorkloadName } from '../command-line/workload-name.ts';
import { type CommandContext, note, print } from '../context.ts';
import { EXIT } from '../failure.ts';
import { lookOfCause } from '../terminal/paint.ts';
import { type Column, layTable } from '../terminal/table.ts';
import type { COMMANDS } from './specs.ts';
import { DIMENSIONS } from '../../timeline/contract/words.ts';

type Flags = Values<typeof COMMANDS.report.options>;

const MOST_GROUPS = 1_000;

/** `podlapse report` */
export async function report(context: CommandContext, values: Flags): Promise<number> {
  const query = queryOf(values, context.around.clock());
  const { output } = values;
  const { client, around } = context;
  context.progress.say('counting ...');
  if (output === 'csv' || output === 'ndjson') {
    const lines = await client.read(reads.restartReportLines(query, output));
    context.progress.wipe();
    around.out.write(lines);
    return EXIT.done;
  }
  const made = await client.read(reads.restartReport(query));
  if (output === 'json') {
    print(context, JSON.stringify(made, undefined, 2));
    return EXIT.done;
  }
  const rows = rowsOf(made);
  const { totals } = made;
  if (rows.length > 0) {
    const columns = columnsOf({
      by: made.by,
      hasPieces: made.pieces !== undefined,
      compares: made.previous !== undefined && made.pieces === undefined,
      hasCauses: values.causes === true,
    });
    const table = layTable(columns, rows, context.look);
    print(context, [table.heading(), ...rows.map((row) => table.row(row))].join('\n'));
  }
  note(
    context,
    `${totals.restarts} restarts in all, ${totals.uncounted} not counted by Kubernetes, from ${made.from} to ${made.to}`,
  );
  return EXIT.done;
}

function queryOf(values: Flags, nowMs: number): ReportQuery {
  const { from = values.since, to, top, workload, order, interval, cause } = values;
  if (values.from !== undefined && values.since !== undefined)
    throw new UsageError('--from and --since say the same; give one of them.');
  const named = workload === undefined ? undefined : readWorkloadName(workload);
  return {
    by: dimensionsOf(values.by),
    interval: interval as ReportQuery['interval'],
    from:
      from === undefined ? undefined : readMoment(from, values.from === undefined ? 'since' : 'from', nowMs),
    to: to === undefined ? undefined : readMoment(to, 'to', nowMs),
    cluster: values.cluster,
    namespace: values.namespace,
    workload: named === undefined ? undefined : `${named.kind}/${named.name}`,
    container: values.container,
    cause: cause as Cause | undefined,
    node: values.node,
    image: values.image,
    order: order as ReportQuery['order'],
    top: top === undefined ? undefined : readCount(top, 'top', MOST_GROUPS),
    compare: values.compare === true ? 'previous' : undefined,
    causes: values.causes === true ? true : undefined,
    timeZone: values['time-zone'],
  };
}

function dimensionsOf(text: string | undefined): readonly Dimension[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',');
  const isDimension = (name: string): name is Dimension => DIMENSIONS.some((one) => one === name);
  const odd = names.find((name) => !isDimension(name));
  if (odd !== undefined)
    throw new UsageError(
      `--by ${odd}: it must be some of ${DIMENSIONS.join(', ')}, with commas.${didYouMean(odd, DIMENSIONS)}`,
    );
  return names.filter(isDimension);
}

interface Shown {
  readonly by: readonly Dimension[];
  readonly hasPieces: boolean;
  readonly compares: boolean;
  readonly hasCauses: boolean;
}

function columnsOf({ by, hasPieces, compares, hasCauses }: Shown): readonly Column<ReportRow>[] {
  return [
    ...(hasPieces
      ? [{ heading: 'FROM', cell: ({ from }: ReportRow) => from.slice(0, 16).replace('T', ' ') }]
      : []),
    ...by.map((dimension) => ({
      heading: dimension.toUpperCase(),
      cell: ({ key }: ReportRow) => {
        const text = key === null ? '(other)' : (key[dimension] ?? '-');
        return dimension === 'cause' && key !== null ? { text, look: lookOfCause(text) } : text;
      },
      minWidth: 10,
    })),
    { heading: 'RESTARTS', cell: ({ figures }) => String(figures.restarts), isNumber: true },
    ...(compares
      ? [
          {
            heading: 'BEFORE',
            cell: ({ previous }: ReportRow) => String(previous?.restarts ?? '-'),
            isNumber: true,
          },
        ]
      : []),
    {
      heading: 'UNCOUNTED',
      cell: ({ figures }) => ({
        text: String(figures.uncounted),
        look: figures.uncounted > 0 ? 'red' : undefined,
      }),
      isNumber: true,
    },
    { heading: 'DOWN', cell: ({ figures }) => formatDuration(figures.downtimeMs) },
    {
      heading: 'ONE IN',
      cell: ({ figures: { meanTimeBetweenRestartsMs: mean } }) =>
        mean === null ? '-' : formatDuration(mean),
    },
    ...(hasCauses
      ? [
          {
            heading: 'CAUSES',
            cell: ({ figures: { causes } }: ReportRow) =>
              Object.entries(causes ?? {})
                .map(([cause, count]) => `${cause} ${count}`)
                .join(', '),
            minWidth: 12,
          },
        ]
      : []),
  ];
}
