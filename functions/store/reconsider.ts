import type { AgentEvent } from '../../timeline/contract/agent-event.ts';
import { earliest, shift } from '../../timeline/time.ts';
import { concurrently } from './concurrently.ts';
import type { PodWriterParts } from './pod-matter.ts';
import { settlePod } from './pod-writer.ts';
import { restartsBetween } from './restart-scan.ts';

/** An engine that goes down ends its containers up to 15 s before it is found to be away; see `end-of-run.ts`. */
const BEFORE_MS = 60_000;
/** A statement about longer ago changes no cause that is stored: what it costs to find them is bounded. */
const MAX_BACK_MS = 32 * 86_400_000;
const CONCURRENCY = 12;

/**
 * Looks again at the pods whose restarts a statement about the watching may explain otherwise: those of its cluster, or
 * of its node, that restarted since. An agent states something when a gap opens or closes, mostly within seconds, so
 * that this is seldom and short.
 */
export async function reconsiderRestarts(
  parts: PodWriterParts,
  cluster: string,
  statements: readonly AgentEvent[],
): Promise<void> {
  const nowMs = parts.clock();
  const oldest = new Date(nowMs - MAX_BACK_MS).toISOString();
  const nodes = new Set(statements.map(({ agent }) => (agent.role === 'node' ? agent.node : undefined)));
  const since = statements.reduce<string | undefined>(
    (first, statement) => earliest(first, earliest(statement.from, statement.to) ?? statement.occurredAt),
    undefined,
  );
  if (since === undefined) return;
  const from = shift(since, -BEFORE_MS);
  const restarts = await restartsBetween(
    parts.table,
    from < oldest ? oldest : from,
    new Date(nowMs + BEFORE_MS).toISOString(),
  );
  const uids = new Set(
    restarts
      .filter(
        (restart) =>
          restart.cluster === cluster && (nodes.has(undefined) || nodes.has(restart.node ?? undefined)),
      )
      .map(({ pod }) => pod.uid),
  );
  await concurrently([...uids], CONCURRENCY, (uid) => settlePod(parts, { cluster, uid }, [], true));
}
