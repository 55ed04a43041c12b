import { GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { cursor } from './cursor.ts';
import { InvalidCursorError } from './errors.ts';
import { registrationKey } from './keys/registration-key.ts';
import type { Item } from './pack.ts';
import type { TableParts } from './query.ts';
import type { Page } from './store.ts';
import { sayingBusy } from './throttling.ts';

/** A public key as RFC 7517 has it; what is in it is for the verifier of signatures to know. */
export type PublicJwk = Readonly<Record<string, unknown>> & { readonly kty: string };

/** Whose ServiceAccount tokens are taken for a cluster's agent. */
export interface TokenIssuer {
  /** The `iss` of its tokens, exactly: the API server's `--service-account-issuer`. */
  readonly issuer: string;
  /** The ServiceAccounts that agents run as, each as `system:serviceaccount:NAMESPACE:NAME`. */
  readonly subjects: readonly string[];
  /** Where its public keys are; null: where its discovery document says. */
  readonly jwksUri: string | null;
  /** Its public keys, for a cluster whose issuer cannot be reached from here; null: they are fetched. */
  readonly jwks: { readonly keys: readonly PublicJwk[] } | null;
}

/** For how many days something is kept; null: as long as the API keeps it where nothing is said. */
export interface RetentionWish {
  readonly eventsDays: number | null;
  readonly restartsDays: number | null;
  readonly rollupsDays: number | null;
}

/** What an administrator said of a cluster. */
export interface ClusterRegistration {
  readonly cluster: string;
  readonly description: string;
  /** Of all its ServiceAccount tokens together; null: as many as an agent is given. */
  readonly requestsPerMinute: number | null;
  /** Null: its agents have a token that was made here. */
  readonly tokenIssuer: TokenIssuer | null;
  readonly retention: RetentionWish;
  readonly updatedAt: string;
}

export interface RegistrationStore {
  get(cluster: string): Promise<ClusterRegistration | undefined>;
  put(registration: ClusterRegistration): Promise<void>;
  /** By name. */
  list(limit: number, cursor?: string): Promise<Page<ClusterRegistration>>;
}

const LIST = 'registrations';
const NO_WISH: RetentionWish = { eventsDays: null, restartsDays: null, rollupsDays: null };

/** The registrations in the table: one small item for each cluster. */
export function createRegistrationTable({ client, tableName }: TableParts): RegistrationStore {
  const keyOf = (cluster: string) => ({
    pk: { S: registrationKey.partition },
    sk: { S: registrationKey.format(cluster) },
  });
  return {
    get: (cluster) =>
      sayingBusy(async () => {
        const command = new GetItemCommand({
          TableName: tableName,
          Key: keyOf(cluster),
          ConsistentRead: true,
        });
        return registrationOf((await client.send(command)).Item);
      }),
    put: (registration) =>
      sayingBusy(async () => {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              ...keyOf(registration.cluster),
              v: { N: '1' },
              body: { S: JSON.stringify(registration) },
            },
          }),
        );
      }),
    list: (limit, from) =>
      sayingBusy(async () => {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            ConsistentRead: true,
            Limit: limit,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': { S: registrationKey.partition } },
            ...(from === undefined ? {} : { ExclusiveStartKey: keyOf(clusterIn(from)) }),
          }),
        );
        const items = (page.Items ?? []).flatMap((item) => registrationOf(item) ?? []);
        const last = items.at(-1);
        if (page.LastEvaluatedKey === undefined || last === undefined) return { items };
        return { items, cursor: cursor.encode(LIST, [last.cluster]) };
      }),
  };
}

function registrationOf(item: Item | undefined): ClusterRegistration | undefined {
  const body = item?.['body']?.S;
  if (body === undefined) return undefined;
  // One from before retention could be said has none.
  const { retention = NO_WISH, ...rest } = JSON.parse(body) as Omit<ClusterRegistration, 'retention'> &
    Partial<Pick<ClusterRegistration, 'retention'>>;
  return { ...rest, retention };
}

function clusterIn(from: string): string {
  const [cluster, ...rest] = cursor.decode(LIST, from);
  if (typeof cluster !== 'string' || cluster === '' || rest.length > 0) throw new InvalidCursorError();
  return cluster;
}
