// The Lambda Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html), the part that a runtime asks.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How an invocation ended, as the runtime said it. */
export type Outcome =
  | { readonly kind: 'response'; readonly payload: string }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string };

export interface RuntimeApi {
  /** `host:port`, as AWS_LAMBDA_RUNTIME_API has it. */
  readonly address: string;
  /** Gives an event to the runtime when it asks for the next one, and waits for what it says. */
  invoke(event: unknown, deadlineMs: number): Promise<Outcome>;
  /** Ends the invocation under way, which the runtime will not answer any more. */
  abandon(outcome: Outcome): void;
  close(): Promise<void>;
}

/** The bound of a buffered answer: 6 MB and a little. */
const MAX_RESPONSE_BYTES = 6_291_556;

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly deadlineMs: number;
  readonly end: (outcome: Outcome) => void;
}

/** Serves one runtime, one invocation at a time, as an execution environment does. */
export async function startRuntimeApi(functionArn: string): Promise<RuntimeApi> {
  let pending: Invocation | undefined;
  let asking: ServerResponse | undefined;
  let count = 0;

  const hand = (): void => {
    if (pending === undefined || asking === undefined) return;
    asking
      .writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': pending.id,
        'lambda-runtime-deadline-ms': String(pending.deadlineMs),
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id':
          'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1',
      })
      .end(JSON.stringify(pending.event));
    asking = undefined;
  };
  const end = (outcome: Outcome): void => {
    const invocation = pending;
    pending = undefined;
    invocation?.end(outcome);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').replace(/^\/2018-06-01\/runtime\//, '');
    if (path === 'invocation/next') {
      asking = response;
      response.on('close', () => {
        if (asking === response) asking = undefined;
      });
      hand();
      return;
    }
    const body = await textOf(request);
    const [, id, what] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (path === 'init/error' || what === 'error') {
      end({ kind: 'error', ...(JSON.parse(body) as { errorType: string; errorMessage: string }) });
      response.writeHead(202).end('{"status":"OK"}');
    } else if (what === 'response' && id === pending?.id) {
      const tooLarge = Buffer.byteLength(body) > MAX_RESPONSE_BYTES;
      end(
        tooLarge
          ? { kind: 'error', errorType: 'Function.ResponseSizeTooLarge', errorMessage: 'too large' }
          : { kind: 'response', payload: body },
      );
      response.writeHead(tooLarge ? 413 : 202).end('{"status":"OK"}');
    } else {
      response.writeHead(400).end('{"errorMessage":"unknown","errorType":"InvalidRequestID"}');
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // The runtime was killed while it spoke.
      response.destroy(error as Error);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (event, deadlineMs) =>
      new Promise((resolve, reject) => {
        if (pending !== undefined) {
          reject(new Error('an execution environment serves one invocation at a time'));
          return;
        }
        count += 1;
        pending = {
          id: `8476a536-e9f4-11e8-9739-${String(count).padStart(12, '0')}`,
          event,
          deadlineMs,
          end: resolve,
        };
        hand();
      }),
    abandon: end,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
