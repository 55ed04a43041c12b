import type { BackOffLadder } from '../contract/pattern.ts';
import { BACK_OFF } from './rules.ts';

/**
 * The kubelet's waits in a crash loop, and the one to come.
 *
 * @param namedMs for each restart in turn the wait that the kubelet named before it, 0 if it was not heard to name one
 * @param over whether no wait is to come: the loop ended in a run that reset the back-off, or in something else
 */
export function ladderOf(namedMs: readonly number[], over: boolean): BackOffLadder {
  const waitsMs = namedMs.filter((ms) => ms > 0);
  const last = namedMs.findLastIndex((ms) => ms > 0);
  if (over || last < 0) return { waitsMs, nextMs: null };
  const named = namedMs[last] ?? 0;
  // Twice the same: that is the longest wait of this node, which may be set lower than Kubernetes has it by itself.
  if (last > 0 && namedMs[last - 1] === named) return { waitsMs, nextMs: named };
  const rung = rungNear(named) ?? named;
  return {
    waitsMs,
    nextMs: Math.min(Math.max(named, BACK_OFF.longestMs), rung * BACK_OFF.factor ** (namedMs.length - last)),
  };
}

/** The wait of the kubelet's ladder that this one is, but for the precision of the times that it was told from. */
function rungNear(ms: number): number | undefined {
  for (let rung: number = BACK_OFF.firstMs; ; rung = Math.min(rung * BACK_OFF.factor, BACK_OFF.longestMs)) {
    if (ms <= rung && ms > rung - BACK_OFF.slackMs) return rung;
    if (ms <= rung || rung === BACK_OFF.longestMs) return undefined;
  }
}
