// A small model of one pod on a Docker node: given what is done to it, it tells the events that follow and, apart
// from them, what a right account of them must say.
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Cause } from '../../timeline/contract/timeline.ts';
import {
  aDockerEvent,
  aKubernetesEvent,
  aPodRevision,
  aStatus,
  containerId,
  POD,
  watchedFrom,
} from './recorded-events.ts';

/** What is done to the pod: after it ran for `ranMs`, and it is back after about `downMs`. */
export interface Deed {
  readonly kind: DeedKind;
  readonly ranMs: number;
  readonly downMs: number;
}

export const DEED_KINDS = [
  'exit-0',
  'exit-1',
  'oom',
  'liveness',
  'startup',
  'docker-kill',
  'docker-stop',
  'docker-rm',
  'docker-restart',
  'sandbox-kill',
  'sandbox-stop',
  'sandbox-rm',
] as const;
export type DeedKind = (typeof DEED_KINDS)[number];

export interface History {
  readonly events: readonly RecordedEvent[];
  readonly truth: {
    readonly runs: number;
    readonly restarts: readonly {
      readonly cause: Cause;
      readonly counted: boolean;
      readonly downtimeMs: number;
    }[];
    readonly exitCodes: readonly (number | null)[];
  };
}

const CAUSES: Readonly<Record<DeedKind, Cause>> = {
  'exit-0': 'exited',
  'exit-1': 'exited',
  oom: 'oom-killed',
  liveness: 'liveness-failed',
  startup: 'startup-probe-failed',
  'docker-kill': 'killed-externally',
  'docker-stop': 'stopped-externally',
  'docker-rm': 'removed-externally',
  'docker-restart': 'stopped-externally',
  'sandbox-kill': 'sandbox-killed',
  'sandbox-stop': 'sandbox-stopped',
  'sandbox-rm': 'sandbox-removed',
};

const EXIT_CODES: Readonly<Record<DeedKind, number>> = {
  'exit-0': 0,
  'exit-1': 1,
  oom: 137,
  liveness: 137,
  startup: 137,
  'docker-kill': 137,
  'docker-stop': 0,
  'docker-rm': 137,
  'docker-restart': 0,
  'sandbox-kill': 0,
  'sandbox-stop': 0,
  'sandbox-rm': 0,
};

/** Tells the history of a pod to which the deeds are done one after another. */
export function tellHistory(deeds: readonly Deed[], start = Date.parse('2026-03-01T10:00:00.000Z')): History {
  const teller = new Teller(start);
  teller.create();
  for (const deed of deeds) teller.do(deed);
  return { events: teller.events, truth: { ...teller.truth, runs: deeds.length + 1 } };
}

class Teller {
  readonly events: RecordedEvent[] = [];
  readonly truth = {
    restarts: [] as { cause: Cause; counted: boolean; downtimeMs: number }[],
    exitCodes: [] as number[],
  };
  #now: number;
  #revision = 1000;
  #made = 0;
  #sandbox = '';
  #container = '';
  #count = 0;
  #startedAt = '';

  constructor(start: number) {
    this.#now = start;
    this.events.push(...watchedFrom(new Date(start).toISOString()));
  }

  create(): void {
    this.#now += 2_000;
    this.#revise({ type: 'ADDED', metadata: { createdAt: this.#second() } });
    this.#makeSandbox();
    this.#makeContainer();
  }

  do({ kind, ranMs, downMs }: Deed): void {
    this.#now += ranMs;
    const endedAt = this.#end(kind);
    const restartsInPlace = kind === 'docker-restart';
    const removed = kind === 'docker-rm';
    if (!restartsInPlace && !removed)
      this.#reviseEnd(EXIT_CODES[kind], endedAt, kind === 'oom' ? 'OOMKilled' : undefined);
    this.#now = Math.max(this.#now, endedAt + downMs);
    // The model's kubelet is one of 2020: it numbers a new container from what Docker still lists.
    const counted = !restartsInPlace && !removed;
    if (counted) this.#count += 1;
    if (kind.startsWith('sandbox')) this.#makeSandbox();
    if (restartsInPlace) this.#restartInPlace();
    else this.#makeContainer();
    this.truth.exitCodes.push(EXIT_CODES[kind]);
    this.truth.restarts.push({
      cause: CAUSES[kind],
      counted,
      downtimeMs: Date.parse(this.#startedAt) - endedAt,
    });
  }

  #end(kind: DeedKind): number {
    const container = this.#container;
    const exitCode = EXIT_CODES[kind];
    switch (kind) {
      case 'exit-0':
      case 'exit-1':
        return this.#die(container, exitCode);
      case 'oom':
        this.#docker('oom', container);
        return this.#die(container, exitCode);
      case 'liveness':
      case 'startup':
        this.#say('Unhealthy', `${kind === 'liveness' ? 'Liveness' : 'Startup'} probe failed`);
        this.#say('Killing', `Container web failed ${kind} probe, will be restarted`);
        this.#docker('kill', container, { signal: 15 });
        this.#docker('kill', container, { signal: 9 });
        return this.#dieAndStop(container, exitCode);
      case 'docker-kill':
        this.#docker('kill', container, { signal: 9 });
        return this.#die(container, exitCode);
      case 'docker-stop':
      case 'docker-restart':
        this.#docker('kill', container, { signal: 15 });
        return this.#dieAndStop(container, exitCode);
      case 'docker-rm': {
        this.#docker('kill', container, { signal: 9 });
        const at = this.#die(container, exitCode);
        this.#docker('destroy', container);
        return at;
      }
      case 'sandbox-kill':
      case 'sandbox-stop':
      case 'sandbox-rm':
        this.#endSandbox(kind);
        this.#say('Killing', 'Stopping container web');
        this.#docker('kill', container, { signal: 15 });
        return this.#dieAndStop(container, exitCode);
    }
  }

  #endSandbox(kind: 'sandbox-kill' | 'sandbox-stop' | 'sandbox-rm'): void {
    const sandbox = { role: 'sandbox', container: 'POD' } as const;
    this.#docker('kill', this.#sandbox, { ...sandbox, signal: kind === 'sandbox-stop' ? 15 : 9 });
    this.#docker('die', this.#sandbox, { ...sandbox, exitCode: 137 });
    if (kind === 'sandbox-stop') this.#docker('stop', this.#sandbox, sandbox);
    if (kind === 'sandbox-rm') this.#docker('destroy', this.#sandbox, sandbox);
    this.#tick(900);
    if (kind !== 'sandbox-rm')
      this.#say('SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
  }

  #die(container: string, exitCode: number): number {
    this.#tick(120);
    return Date.parse(this.#docker('die', container, { exitCode }));
  }

  #dieAndStop(container: string, exitCode: number): number {
    const at = this.#die(container, exitCode);
    this.#docker('stop', container);
    return at;
  }

  #makeSandbox(): void {
    this.#sandbox = containerId(`sandbox ${(this.#made += 1)}`);
    const sandbox = { role: 'sandbox', container: 'POD', attempt: 0 } as const;
    this.#docker('create', this.#sandbox, sandbox);
    this.#docker('start', this.#sandbox, sandbox);
  }

  #makeContainer(): void {
    this.#container = containerId(`container ${(this.#made += 1)}`);
    this.#docker('create', this.#container);
    this.#restartInPlace();
  }

  #restartInPlace(): void {
    const again = this.events.some(
      (event) =>
        event.source === 'docker' && event.containerId === this.#container && event.action === 'start',
    );
    this.#startedAt = this.#docker('start', this.#container);
    if (again) this.#docker('restart', this.#container);
    this.#revise({
      containerStatuses: [
        aStatus({
          containerId: this.#container,
          restartCount: this.#count,
          ready: true,
          state: { running: { startedAt: `${this.#startedAt.slice(0, 19)}Z` } },
        }),
      ],
      row: { phase: 'Running', ready: '1/1', status: 'Running', restarts: this.#count },
    });
  }

  #reviseEnd(exitCode: number, endedAt: number, reason: string | undefined): void {
    const terminated = {
      exitCode,
      reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'),
      startedAt: `${this.#startedAt.slice(0, 19)}Z`,
      finishedAt: `${new Date(endedAt).toISOString().slice(0, 19)}Z`,
      containerId: this.#container,
    };
    this.#revise({
      containerStatuses: [
        aStatus({ containerId: this.#container, restartCount: this.#count, state: { terminated } }),
      ],
      row: { phase: 'Running', ready: '0/1', status: terminated.reason, restarts: this.#count },
    });
  }

  #docker(
    action: Parameters<typeof aDockerEvent>[0]['action'],
    id: string,
    facts: Partial<Parameters<typeof aDockerEvent>[0]> = {},
  ): string {
    const occurredAt = this.#stamp(this.#tick(35));
    const own =
      facts.role === 'sandbox' ? {} : { sandboxId: this.#sandbox, attempt: this.#count, image: 'web:1' };
    this.events.push(aDockerEvent({ action, occurredAt, containerId: id, ...own, ...facts }));
    return occurredAt;
  }

  #say(reason: string, message: string): void {
    this.events.push(
      aKubernetesEvent({
        reason,
        message,
        occurredAt: this.#second(),
        ...(reason === 'SandboxChanged' ? {} : { container: 'web' }),
        uid: `${POD.uid}-${reason}`,
        resourceVersion: String((this.#revision += 1)),
      }),
    );
    this.#tick(20);
  }

  #revise(facts: Partial<Parameters<typeof aPodRevision>[0]>): void {
    this.#revision += 7;
    this.events.push(
      aPodRevision({
        resourceVersion: String(this.#revision),
        occurredAt: this.#second(),
        observedAt: this.#stamp(this.#tick(15)),
        ...facts,
      }),
    );
  }

  #tick(ms: number): number {
    this.#now += ms;
    return this.#now;
  }

  #stamp(ms: number): string {
    return new Date(ms).toISOString();
  }

  #second(): string {
    return `${this.#stamp(this.#now).slice(0, 19)}Z`;
  }
}
