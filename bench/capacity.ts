import type { ConsumedCapacity, DynamoDBClient, WriteRequest } from '@aws-sdk/client-dynamodb';

/** What requests cost, as the engine reports it (`ConsumedCapacity`). DynamoDB Local counts as DynamoDB does. */
export interface Capacity {
  readonly writeUnits: number;
  readonly readUnits: number;
  /** By table and index: `table`, `index`. */
  readonly writeUnitsOnTable: number;
  readonly writeUnitsOnIndexes: number;
  /** Write units by partition key, those of indexes too; where a request wrote to several, in equal parts. */
  readonly byPartition: ReadonlyMap<string, number>;
  /** By what the sort key or the partition key begins with. */
  readonly byKind: ReadonlyMap<string, number>;
}

export interface Meter {
  /** What was consumed since the last reading. */
  read(): Capacity;
}

const WRITES = new Set(['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand', 'BatchWriteItemCommand']);
const READS = new Set(['GetItemCommand', 'QueryCommand', 'BatchGetItemCommand']);

/** Asks for the consumed capacity with each request of the client, and adds it up. */
export function meter(client: DynamoDBClient): Meter {
  let state = emptyState();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = context.commandName ?? '';
      if (!WRITES.has(command) && !READS.has(command)) return next(args);
      const input = { ...args.input, ReturnConsumedCapacity: 'INDEXES' as const };
      const result = await next({ ...args, input });
      const { ConsumedCapacity: consumed } = result.output as {
        ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
      };
      for (const one of [consumed ?? []].flat()) add(state, command, input, one);
      return result;
    },
    { step: 'initialize', name: 'meter' },
  );
  return {
    read() {
      const read = state;
      state = emptyState();
      return read;
    },
  };
}

type State = { -readonly [K in keyof Capacity]: Capacity[K] } & {
  byPartition: Map<string, number>;
  byKind: Map<string, number>;
};

function emptyState(): State {
  return {
    writeUnits: 0,
    readUnits: 0,
    writeUnitsOnTable: 0,
    writeUnitsOnIndexes: 0,
    byPartition: new Map(),
    byKind: new Map(),
  };
}

interface Key {
  readonly pk?: { readonly S?: string };
  readonly sk?: { readonly S?: string };
  readonly podsPk?: { readonly S?: string };
}

function add(state: State, command: string, input: object, consumed: ConsumedCapacity): void {
  const units = consumed.CapacityUnits ?? 0;
  if (READS.has(command)) {
    state.readUnits += units;
    return;
  }
  const onTable = consumed.Table?.CapacityUnits ?? units;
  state.writeUnits += units;
  state.writeUnitsOnTable += onTable;
  state.writeUnitsOnIndexes += units - onTable;
  const keys = keysOf(input);
  for (const key of keys) {
    const [pk = '', sk = ''] = [key.pk?.S, key.sk?.S];
    const kind = pk.startsWith('POD#') ? `POD ${sk.split('#')[0]}` : (pk.split('#')[0] ?? '');
    grow(state.byKind, kind, onTable / keys.length);
    grow(state.byPartition, pk, onTable / keys.length);
    if (units > onTable) {
      grow(state.byKind, 'index', (units - onTable) / keys.length);
      grow(state.byPartition, `index ${key.podsPk?.S ?? ''}`, (units - onTable) / keys.length);
    }
  }
}

function keysOf(input: object): readonly Key[] {
  if ('Item' in input) return [input.Item as Key];
  if ('Key' in input) return [input.Key as Key];
  if (!('RequestItems' in input)) return [];
  return Object.values(input.RequestItems as Record<string, WriteRequest[]>)
    .flat()
    .map(({ PutRequest, DeleteRequest }) => (PutRequest?.Item ?? DeleteRequest?.Key ?? {}) as Key);
}

function grow(sums: Map<string, number>, key: string, by: number): void {
  sums.set(key, (sums.get(key) ?? 0) + by);
}
