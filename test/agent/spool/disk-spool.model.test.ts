import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DiskSpool } from '../../../agent/spool/disk-spool.ts';
import type { DroppedEvents } from '../../../agent/spool/dropped.ts';
import type { SpoolBatch } from '../../../agent/spool/spool.ts';
import type { DockerEvent } from '../../../timeline/contract/docker-event.ts';
import { eventsOf } from '../../support/batch-events.ts';
import { CrashingDisk } from '../../support/crashing-disk.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { aDockerEvent } from '../../support/recorded-events.ts';

const NEVER = new AbortController().signal;

/** The event of this number; longer and shorter ones. */
const event = (number: number): DockerEvent =>
  aDockerEvent({
    action: 'die',
    occurredAt: '2026-01-31T08:00:00Z',
    containerId: `c${number}`,
    image: 'x'.repeat((number * 37) % 200),
  });
const numberOf = ({ id }: { readonly id: string }) => Number(/docker\/c(\d+)\//.exec(id)?.[1]);

/** A plain queue, and what of it a crash may change. */
interface Model {
  /** How many were appended. */
  appended: number;
  /** All up to here were delivered, and the API said so. */
  delivered: number;
  /** Those that were not safe when a process ended: they may be missing. */
  mayBeMissing: Set<number>;
  /** Those that this process has in memory only. */
  unsafe: Set<number>;
  /** The last number that this process gave out and had confirmed; undefined if none yet: it may begin further back. */
  confirmed: number | undefined;
}

/** The spool, and the process that it is in. */
class Real {
  disk = new CrashingDisk();
  clock = new ManualClock();
  readonly maxBytes: number;
  readonly drops: DroppedEvents[] = [];
  readonly faults: unknown[] = [];
  batch: SpoolBatch | undefined;
  #spool: DiskSpool | undefined;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get spool(): DiskSpool {
    if (this.#spool === undefined) throw new Error('it is not open');
    return this.#spool;
  }

  async open(): Promise<void> {
    const { disk, maxBytes } = this;
    this.clock = new ManualClock();
    this.batch = undefined;
    this.#spool = await DiskSpool.open({
      disk,
      maxBytes,
      maxMemoryBytes: maxBytes,
      clock: this.clock,
      reports: {
        full: () => {},
        dropped: (drops) => {
          // What a process says that is dead already is heard by nobody.
          if (disk === this.disk) this.drops.push(...drops);
          return Promise.resolve();
        },
        onlyInMemory: () => {},
        onDiskAgain: () => {},
        torn: () => {},
      },
      putAside: () => Promise.resolve(),
    });
  }

  /** Ends the process: it goes on with a disk of its own that nobody sees. */
  async crash(change: (disk: CrashingDisk) => void): Promise<void> {
    this.disk = this.disk.copy();
    change(this.disk);
    await this.open();
  }

  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
  }
}

type Command = fc.AsyncCommand<Model, Real>;

/** Several at once, as many sources do; all are waited for. */
class Append implements Command {
  readonly appends: readonly number[];
  constructor(appends: readonly number[]) {
    this.appends = appends;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    await Promise.all(
      this.appends.map(async (count) => {
        const events = Array.from({ length: count }, () => event((model.appended += 1)));
        await real.spool.append(events);
        if (!real.spool.isSafe) for (const one of events) model.unsafe.add(numberOf(one));
      }),
    );
  }
  toString = () => `append(${this.appends.join()})`;
}

/** Several at once, of which none is waited for before the process ends. */
class AppendAndCrash implements Command {
  readonly appends: readonly number[];
  readonly turns: number;
  readonly power: readonly number[] | undefined;
  constructor(appends: readonly number[], turns: number, power: readonly number[] | undefined) {
    this.appends = appends;
    this.turns = turns;
    this.power = power;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const safe = new Set<number>();
    for (const count of this.appends) {
      const events = Array.from({ length: count }, () => event((model.appended += 1)));
      for (const one of events) model.unsafe.add(numberOf(one));
      const { spool } = real;
      void (async () => {
        await spool.append(events);
        if (spool.isSafe) for (const one of events) safe.add(numberOf(one));
      })();
    }
    await real.turns(this.turns);
    for (const number of safe) model.unsafe.delete(number);
    for (const number of model.unsafe) model.mayBeMissing.add(number);
    model.unsafe.clear();
    model.confirmed = undefined;
    const { power } = this;
    await real.crash((disk) => {
      disk.fail(undefined);
      if (power === undefined) return;
      let index = 0;
      disk.cutPower(() => power[(index += 1) % power.length] ?? 0);
    });
  }
  toString = () =>
    `${this.power === undefined ? 'kill' : 'power cut'} after ${this.turns} of append(${this.appends.join()})`;
}

class Take implements Command {
  readonly maxEvents: number;
  constructor(maxEvents: number) {
    this.maxEvents = maxEvents;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    if (real.spool.size.events === 0) return;
    real.batch = await real.spool.next({ maxEvents: this.maxEvents, maxBytes: 2_000, maxAgeMs: 0 }, NEVER);
    const numbers = eventsOf(real.batch).map(numberOf);
    if (numbers.length === 0) throw new Error('a batch is never empty');
    const first = numbers[0] ?? 0;
    // It goes on where it was confirmed; after a crash it may begin further back, but not ahead.
    const before = model.confirmed ?? Math.min(model.delivered, first - 1);
    expectInOrder(before, numbers, model.mayBeMissing);
  }
  toString = () => `take(${this.maxEvents})`;
}

class Done implements Command {
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    if (real.batch === undefined) return;
    const last = numberOf(eventsOf(real.batch).at(-1) ?? { id: '' });
    await real.batch.done();
    await real.batch.done();
    real.batch = undefined;
    model.confirmed = last;
    model.delivered = Math.max(model.delivered, last);
  }
  toString = () => 'done';
}

class Fail implements Command {
  readonly afterBytes: number;
  constructor(afterBytes: number) {
    this.afterBytes = afterBytes;
  }
  check = () => true;
  async run(_: Model, real: Real): Promise<void> {
    real.disk.fail('ENOSPC', this.afterBytes);
    await Promise.resolve();
  }
  toString = () => `fail after ${this.afterBytes} bytes`;
}

class Mend implements Command {
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    real.disk.fail(undefined);
    real.clock.advance(5_000);
    await new Promise(setImmediate);
    if (real.spool.isSafe) model.unsafe.clear();
  }
  toString = () => 'mend';
}

function expectInOrder(before: number, numbers: readonly number[], mayBeMissing: ReadonlySet<number>): void {
  let last = before;
  for (const number of numbers) {
    expect(number).toBeGreaterThan(last);
    for (let skipped = last + 1; skipped < number; skipped += 1) {
      expect(mayBeMissing, `event ${skipped} is missing`).toContain(skipped);
    }
    last = number;
  }
}

const power = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 3, maxLength: 8 });
const appends = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 });
const commands = [
  appends.map((counts) => new Append(counts)),
  appends.map((counts) => new Append(counts)),
  fc.integer({ min: 1, max: 8 }).map((maxEvents) => new Take(maxEvents)),
  fc.integer({ min: 1, max: 8 }).map((maxEvents) => new Take(maxEvents)),
  fc.constant(new Done()),
  fc.constant(new Done()),
  fc
    .tuple(appends, fc.nat(60), fc.option(power, { nil: undefined }))
    .map(([counts, turns, cut]) => new AppendAndCrash(counts, turns, cut)),
  fc.nat(1_500).map((afterBytes) => new Fail(afterBytes)),
  fc.constant(new Mend()),
];

test('behaves as a plain queue does, through crashes, power cuts and failures: nothing safe is lost, nothing out of order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 60 }), async (steps) => {
      // Segments of a few events; 60 commands come nowhere near the bound.
      const real = new Real(8 * 16 * 1024);
      await real.open();
      const model: Model = {
        appended: 0,
        delivered: 0,
        mayBeMissing: new Set(),
        unsafe: new Set(),
        confirmed: 0,
      };
      await fc.asyncModelRun(() => ({ model, real }), steps);
      // In the end, everything that was safe has been delivered.
      await new Mend().run(model, real);
      while (real.spool.size.events > 0) {
        await new Take(50).run(model, real);
        await new Done().run(model, real);
      }
      for (let number = model.delivered + 1; number <= model.appended; number += 1) {
        expect(model.mayBeMissing, `event ${number} is missing`).toContain(number);
      }
      expect(real.drops).toEqual([]);
    }),
    { numRuns: 1500 },
  );
});

test('of a spool that runs over, what is delivered and what is told as dropped are together what was appended', async () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: appends.map((counts) => new Append(counts)) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 8 }).map((maxEvents) => new Take(maxEvents)) },
    { weight: 1, arbitrary: fc.constant(new Done()) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), fc.boolean(), async (steps, isClosedBetween) => {
      const real = new Real(10_000);
      await real.open();
      // Any may be missing here, but none comes twice or out of order.
      const mayBeMissing = new Set(Array.from({ length: 2_000 }, (_, number) => number));
      const model: Model = { appended: 0, delivered: 0, mayBeMissing, unsafe: new Set(), confirmed: 0 };
      let delivered = 0;
      for (const one of steps) {
        if (one instanceof Done) delivered += real.batch?.texts.length ?? 0;
        await one.run(model, real);
        // One record more than the bound, while room is made: it holds all that was appended at once.
        expect(real.disk.bytes).toBeLessThan(10_000 + 2_000);
      }
      if (isClosedBetween) await real.crash(() => {});
      while (real.spool.size.events > 0) {
        await new Take(50).run(model, real);
        delivered += real.batch?.texts.length ?? 0;
        await new Done().run(model, real);
      }
      // A note behind the last event is told when the next one comes.
      await new Append([1]).run(model, real);
      await new Take(1).run(model, real);
      const dropped = real.drops.reduce((sum, { count }) => sum + count, 0);
      expect(delivered + 1 + dropped).toBe(model.appended);
    }),
    { numRuns: 800 },
  );
});
