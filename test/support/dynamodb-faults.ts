// Faults of DynamoDB, put between the SDK and the wire.
import type { BatchWriteItemCommandInput, DynamoDBClient, WriteRequest } from '@aws-sdk/client-dynamodb';

export interface Faults {
  /** Lets the client be as it was. */
  stop(): void;
  /** How often the fault happened. */
  readonly count: () => number;
}

/** Leaves all but the first item of each of the next `times` BatchWriteItems unprocessed, as DynamoDB may under load. */
export function leaveUnprocessed(client: DynamoDBClient, times: number): Faults {
  let happened = 0;
  const name = 'leaveUnprocessed';
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== 'BatchWriteItemCommand' || happened >= times) return next(args);
      const [[table, requests]] = Object.entries(
        (args.input as BatchWriteItemCommandInput).RequestItems ?? {},
      ) as [[string, WriteRequest[]]];
      if (requests.length < 2) return next(args);
      happened += 1;
      const result = await next({ ...args, input: { RequestItems: { [table]: requests.slice(0, 1) } } });
      const output = { ...result.output, UnprocessedItems: { [table]: requests.slice(1) } };
      return { ...result, output };
    },
    { step: 'initialize', name },
  );
  return { stop: () => void client.middlewareStack.remove(name), count: () => happened };
}

/** Answers the next `times` requests that `matches` picks with a refusal for load, before they are sent. */
export function throttle(client: DynamoDBClient, times: number, command?: string): Faults {
  let happened = 0;
  const name = 'throttle';
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (happened >= times || (command !== undefined && context.commandName !== command)) return next(args);
      happened += 1;
      throw Object.assign(new Error('Throughput exceeds the current capacity'), {
        name: 'ProvisionedThroughputExceededException',
        $fault: 'client',
        $metadata: {},
      });
    },
    { step: 'deserialize', name },
  );
  return { stop: () => void client.middlewareStack.remove(name), count: () => happened };
}

/** Fails every request of a kind before it is sent, as for a process that dies there. */
export function crashAt(client: DynamoDBClient, command: string): Faults {
  let happened = 0;
  const name = 'crashAt';
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== command) return next(args);
      happened += 1;
      throw new Error('crashed');
    },
    { step: 'initialize', name },
  );
  return { stop: () => void client.middlewareStack.remove(name), count: () => happened };
}

/** Does something else to its end before the next request of a kind is sent: the worst moment for it. */
export function beforeNext(client: DynamoDBClient, command: string, act: () => Promise<unknown>): Faults {
  let happened = 0;
  const name = 'beforeNext';
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === command && happened === 0) {
        happened += 1;
        await act();
      }
      return next(args);
    },
    { step: 'initialize', name },
  );
  return { stop: () => void client.middlewareStack.remove(name), count: () => happened };
}

const WRITES = new Set(['PutItemCommand', 'UpdateItemCommand', 'BatchWriteItemCommand']);

/** Fails the write after the next `writes` ones, and all after it, as for a process that dies between two of them. */
export function dieAfter(client: DynamoDBClient, writes: number): Faults {
  let seen = 0;
  let happened = 0;
  const name = 'dieAfter';
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (!WRITES.has(context.commandName ?? '')) return next(args);
      seen += 1;
      if (seen <= writes) return next(args);
      happened += 1;
      throw new Error('crashed');
    },
    { step: 'initialize', name },
  );
  return { stop: () => void client.middlewareStack.remove(name), count: () => happened };
}

/** What befalls a request: nothing; a refusal for load; its answer is lost after it was done, or before it was sent. */
export type Mishap = 'none' | 'refused' | 'unanswered' | 'unsent';

/** Lets something befall each of the next requests, as the list says; those after it are let be. */
export function mishaps(client: DynamoDBClient, list: readonly Mishap[]): Faults {
  let seen = 0;
  let happened = 0;
  const name = 'mishaps';
  client.middlewareStack.add(
    (next) => async (args) => {
      const mishap = list[seen] ?? 'none';
      seen += 1;
      if (mishap === 'none') return next(args);
      happened += 1;
      if (mishap === 'unanswered') await next(args);
      const isRefusal = mishap === 'refused';
      throw Object.assign(new Error(isRefusal ? 'Throughput exceeds the current capacity' : 'timed out'), {
        name: isRefusal ? 'ThrottlingException' : 'TimeoutError',
      });
    },
    { step: 'initialize', name },
  );
  return { stop: () => void client.middlewareStack.remove(name), count: () => happened };
}
