import type { RestartRecord } from '../../timeline/contract/report.ts';
import type { Around, Reach } from './occasion.ts';
import type { RestartReader } from './restart-reader.ts';

/** Reads what is around restarts, once for those that are near each other: a node that dies takes a hundred along. */
export type LookAround = (record: RestartRecord, reach: Reach) => Promise<Around>;

const GRID_MS = 60_000;

/** For one batch: what it read once it does not read again. */
export function createLookAround(reader: Pick<RestartReader, 'ofPod' | 'ofAll'>): LookAround {
  const read = new Map<string, Promise<readonly RestartRecord[]>>();
  const once = (key: string, work: () => Promise<readonly RestartRecord[]>) => {
    const known = read.get(key) ?? work();
    read.set(key, known);
    return known;
  };
  return async (record, { ofContainerMs, onNodeMs }) => {
    const [ofContainer, onNode] = await Promise.all([
      ofContainerMs === 0
        ? []
        : once(`${record.cluster}/${record.pod.uid}/${stretch(record, ofContainerMs).join('/')}`, () =>
            reader.ofPod(record, ...stretch(record, ofContainerMs)),
          ),
      onNodeMs === 0
        ? []
        : once(stretch(record, onNodeMs).join('/'), () => reader.ofAll(...stretch(record, onNodeMs))),
    ]);
    return { ofContainer, onNode };
  };
}

/** Whole minutes, so that neighbours ask for the same. */
function stretch({ at }: RestartRecord, ms: number): [from: string, to: string] {
  const atMs = Date.parse(at);
  const from = (Math.ceil((atMs - ms) / GRID_MS) - 1) * GRID_MS;
  const to = (Math.floor((atMs + ms) / GRID_MS) + 1) * GRID_MS;
  return [new Date(from).toISOString(), new Date(to).toISOString()];
}
