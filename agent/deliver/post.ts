import { readFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { type Answer, readAnswer } from './answer.ts';
import { Connection, type ProxyEnvironment } from './connection.ts';
import type { Compression } from './encode.ts';

export interface PostSettings {
  /** Where the API is; paths are added to it. */
  readonly api: URL;
  readonly cluster: string;
  /** Read for every request, so that a rotated token is used at once. */
  readonly tokenFile?: string | undefined;
  /** Authorities to trust beside the well-known ones, in PEM; read for every request as well. */
  readonly caFile?: string | undefined;
  /** Where a proxy may be named. */
  readonly proxy?: ProxyEnvironment;
  /** How bodies are compressed. */
  readonly compression: Compression;
  /** How long one request may take, with its answer. */
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly userAgent: string;
}

/** Sends one body and gives what became of it. Never throws: an API that cannot be reached is an answer too. */
export type Post = (body: Buffer, signal: AbortSignal) => Promise<Answer>;

export interface Poster {
  readonly post: Post;
  /** Ends the kept connection. */
  close(): void;
}

/** A receipt of a full batch with every event rejected stays below. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** `POST {api}/v1/clusters/{cluster}/events` on one kept connection. */
export function createPoster(settings: PostSettings): Poster {
  const { api, timeoutMs, caFile, proxy = {}, compression } = settings;
  const { request } = api.protocol === 'https:' ? https : http;
  const connection = new Connection({ api, caFile, proxy });
  const path = `${api.pathname.replace(/\/+$/, '')}/v1/clusters/${settings.cluster}/events`;

  const send = async (
    body: Buffer,
    token: string | undefined,
    agent: http.Agent,
    signal: AbortSignal,
  ): Promise<Answer> => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const sent = request(new URL(path, api), {
      method: 'POST',
      agent,
      signal: AbortSignal.any([signal, deadline]),
      headers: {
        'content-type': 'application/x-ndjson',
        'content-encoding': compression,
        'content-length': body.length,
        accept: 'application/json, application/problem+json',
        'user-agent': settings.userAgent,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    });
    try {
      const response = await responseOf(sent, body);
      const text = await textOf(response);
      return readAnswer(response.statusCode ?? 0, response.headers['retry-after'], text, settings.now());
    } catch (error) {
      if (deadline.aborted) return { kind: 'unavailable', problem: `no answer within ${timeoutMs} ms` };
      // A server closes idle connections; a request that meets one just then was never looked at.
      if (sent.reusedSocket && !signal.aborted && codeOf(error) === 'ECONNRESET')
        return send(body, token, agent, signal);
      return { kind: 'unavailable', problem: sentenceOf(error) };
    }
  };

  return {
    async post(body, signal) {
      let token: string | undefined;
      try {
        token =
          settings.tokenFile === undefined ? undefined : (await readFile(settings.tokenFile, 'utf8')).trim();
      } catch (error) {
        return { kind: 'unavailable', problem: `its token cannot be read (${sentenceOf(error)})` };
      }
      let agent: http.Agent;
      try {
        agent = await connection.agent();
      } catch (error) {
        return { kind: 'unavailable', problem: `its authority cannot be read (${sentenceOf(error)})` };
      }
      return send(body, token, agent, signal);
    },
    close: () => connection.close(),
  };
}

function responseOf(request: http.ClientRequest, body: Buffer): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays on: a connection can break at any time, also while the answer is read.
    request.on('error', reject);
    request.end(body);
  });
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function sentenceOf(error: unknown): string {
  // A name with several addresses, each refused: one of them says it.
  if (error instanceof AggregateError) return sentenceOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
