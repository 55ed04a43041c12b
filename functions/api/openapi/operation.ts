import type * as z from 'zod/mini';
import type { ProblemCode } from '../problem.ts';
import type { COMPONENTS } from './schemas.ts';

/** By media type: the component that describes it, or null for text of no schema. */
export type ResponseContent = Readonly<Record<string, keyof typeof COMPONENTS | null>>;

/** What OpenAPI tells of a route and the route itself does not know. */
export interface Operation {
  readonly id: string;
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** In OpenAPI's notation. */
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodMiniObject;
  /** True where no token is needed. */
  readonly open?: true;
  /** True where the answer goes on as things happen: it has no ETag. */
  readonly live?: true;
  readonly requestBody?: Readonly<Record<string, unknown>>;
  /** 200 if it is not said. */
  readonly status?: 201;
  readonly answer: string;
  readonly content: ResponseContent;
  readonly problems: readonly ProblemCode[];
}
