/** Plays many scenarios: those that want the same lab in one lab, and those that disturb nobody side by side. */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labDown } from '../down.ts';
import type { LabRuntime } from '../settings.ts';
import { labState, type LabState } from '../state.ts';
import { labUp } from '../up.ts';
import { perform, type Performance } from './perform.ts';
import type { Scenario, SpecialLab } from './scenario.ts';
import { settledKubelet } from './settled-kubelet.ts';

export interface PlaySettings {
  readonly scenarios: readonly Scenario[];
  /** Default: `docker`. */
  readonly runtime?: LabRuntime;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
  /** How many scenarios are played at a time. */
  readonly atOnce?: number;
  /** Whether labs that this put up are left standing. */
  readonly keepLabs?: boolean;
  readonly played: (scenario: Scenario, performance: Performance) => Promise<void>;
}

/** Plays the scenarios, and gives the names of those that failed. Takes down what it put up, also when interrupted. */
export async function play(settings: PlaySettings): Promise<string[]> {
  const { scenarios, runtime = 'docker', signal, report, keepLabs = false } = settings;
  const failed: string[] = [];
  for (const [options, group] of Map.groupBy(scenarios, ({ lab }) =>
    JSON.stringify(optionsFor(lab, runtime)),
  )) {
    if (signal.aborted) break;
    const folder = folderFor(options);
    const stood = (await labState(folder)) !== null;
    try {
      const lab = await labUp({ folder, report, ...(JSON.parse(options) as object) });
      if (!stood) await settledKubelet();
      failed.push(...(await playInLab(lab, group, settings)));
    } finally {
      if (!stood && !keepLabs) await labDown({ folder, report });
    }
  }
  return failed;
}

/** A lab with Docker is named by what is special about it, so that it keeps its name. */
function optionsFor(lab: SpecialLab = {}, runtime: LabRuntime): object {
  return runtime === 'docker' ? lab : { ...lab, runtime };
}

/** A lab of other options stands beside, so that one that is up is never taken for what it is not. */
export function folderFor(options: string): string {
  return join(tmpdir(), `podlapse-stage-${createHash('sha256').update(options).digest('hex').slice(0, 8)}`);
}

async function playInLab(
  lab: LabState,
  scenarios: readonly Scenario[],
  { signal, report, atOnce = 4, played }: PlaySettings,
): Promise<string[]> {
  const failed: string[] = [];
  const playOne = async (scenario: Scenario) => {
    const startedMs = performance.now();
    const tell = (outcome: string) =>
      report(`${scenario.name}: ${outcome} after ${Math.round((performance.now() - startedMs) / 1000)} s`);
    try {
      await played(scenario, await perform(lab, scenario, signal));
      tell('played');
    } catch (error) {
      failed.push(scenario.name);
      tell(
        signal.aborted ? 'interrupted' : `failed (${error instanceof Error ? error.message : String(error)})`,
      );
    }
  };
  const waiting = scenarios.filter(({ alone }) => alone !== true).values();
  const playWaiting = async () => {
    for (const scenario of waiting) if (!signal.aborted) await playOne(scenario);
  };
  await Promise.all(Array.from({ length: atOnce }, playWaiting));
  for (const scenario of scenarios) if (scenario.alone === true && !signal.aborted) await playOne(scenario);
  return failed;
}
