import { formatMoment } from '../../timeline/render/plain-text.ts';
import type { MadeToken, TokenRecord } from '../../timeline/contract/identity.ts';
import * as reads from '../client/reads.ts';
import { readCount, readMoment } from '../command-line/moments.ts';
import { UsageError, type Values } from '../command-line/spec.ts';
import { type CommandContext, note, print } from '../context.ts';
import { EXIT } from '../failure.ts';
import { showList } from '../list.ts';
import type { Column } from '../terminal/table.ts';
import type { COMMANDS } from './specs.ts';

const LONGEST_OVERLAP_S = 30 * 86_400;

/** `podlapse token make` */
export async function makeToken(
  context: CommandContext,
  values: Values<(typeof COMMANDS)['token make']['options']>,
): Promise<number> {
  const { agent, reader, admin, description } = values;
  if ([agent, reader, admin].filter((given) => given !== undefined).length !== 1)
    throw new UsageError('token make: say one of --agent CLUSTER, --reader CLUSTERS and --admin.');
  const until = values['expires-at'];
  const common = {
    ...(description === undefined ? {} : { description }),
    ...(until === undefined ? {} : { expiresAt: readMoment(until, 'expires-at', context.around.clock()) }),
  };
  const made = await context.client.makeToken(
    agent !== undefined
      ? { kind: 'agent', cluster: agent, ...common }
      : reader !== undefined
        ? { kind: 'reader', clusters: reader.split(','), ...common }
        : { kind: 'admin', ...common },
  );
  showMade(context, made, values.output);
  return EXIT.done;
}

/** `podlapse token rotate ID` */
export async function rotateToken(
  context: CommandContext,
  values: Values<(typeof COMMANDS)['token rotate']['options']>,
  [id = '']: readonly string[],
): Promise<number> {
  const overlap = values['overlap-seconds'];
  const seconds =
    overlap === undefined ? undefined : readCount(overlap, 'overlap-seconds', LONGEST_OVERLAP_S);
  showMade(context, await context.client.rotateToken(id, seconds), values.output);
  return EXIT.done;
}

/** The token alone, so that it can be put in a file; what is known of it for the eyes. */
function showMade(context: CommandContext, made: MadeToken, output: string | undefined): void {
  if (output === 'json') return print(context, JSON.stringify(made, undefined, 2));
  const { token, ...record } = made;
  note(context, `${record.id}, for ${sayGrant(record)}. This is the token; it is shown this once:`);
  print(context, token);
}

/** `podlapse token revoke ID` */
export async function revokeToken(
  context: CommandContext,
  values: Values<(typeof COMMANDS)['token revoke']['options']>,
  [id = '']: readonly string[],
): Promise<number> {
  const record = await context.client.revokeToken(id);
  if (values.output === 'json') print(context, JSON.stringify(record, undefined, 2));
  else
    note(
      context,
      `${record.id}, for ${sayGrant(record)}, is revoked; it is refused everywhere within half a minute.`,
    );
  return EXIT.done;
}

/** `podlapse token list` */
export async function listTokens(
  context: CommandContext,
  values: Values<(typeof COMMANDS)['token list']['options']>,
): Promise<number> {
  const list = {
    pageAt: reads.tokens,
    columns: COLUMNS,
    sayNone: async () => 'There are no tokens.',
    sayMore: (limit: number) => `These are the ${limit} oldest, and there are more.`,
  };
  await showList(context, list, values);
  return EXIT.done;
}

const momentOr = (time: string | null, otherwise: string) => (time === null ? otherwise : formatMoment(time));

const COLUMNS: readonly Column<TokenRecord>[] = [
  { heading: 'ID', cell: ({ id }) => id },
  { heading: 'FOR', cell: sayGrant, minWidth: 16 },
  { heading: 'MADE (UTC)', cell: ({ createdAt }) => formatMoment(createdAt) },
  { heading: 'LAST USED', cell: ({ lastUsedAt }) => momentOr(lastUsedAt, 'never') },
  {
    heading: 'ENDS',
    cell: ({ revokedAt, expiresAt }) =>
      revokedAt === null
        ? momentOr(expiresAt, 'never')
        : { text: `revoked ${formatMoment(revokedAt)}`, look: 'red' },
  },
  { heading: 'DESCRIPTION', cell: ({ description }) => description, minWidth: 12 },
];

function sayGrant({ grant }: Pick<TokenRecord, 'grant'>): string {
  switch (grant.kind) {
    case 'agent':
      return `the agents of ${grant.cluster}`;
    case 'reader':
      return grant.clusters.includes('*') ? 'reading all clusters' : `reading ${grant.clusters.join(', ')}`;
    case 'admin':
      return 'administration';
  }
}
