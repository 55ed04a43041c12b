// The API as a process, with the embedded DynamoDB and a data folder of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { type Program, startProgram } from './program.ts';

export interface ApiProcess {
  readonly url: string;
  readonly program: Program;
  /** GET, as JSON; undefined for a 404. */
  read<T>(path: string): Promise<T | undefined>;
  timelineOf(cluster: string, namespace: string, name: string): Promise<Timeline | undefined>;
  /** Stops it and starts it again on the same data, on another port. */
  restart(): Promise<ApiProcess>;
  close(): Promise<void>;
}

/** Starts it on a free port, recording nothing by itself. */
export async function startApi({
  dataFolder,
  port = '0',
}: {
  dataFolder?: string;
  port?: string;
} = {}): Promise<ApiProcess> {
  const folder = dataFolder ?? (await mkdtemp(join(tmpdir(), 'podlapse-data-')));
  const program = startProgram('functions/local.ts', [], {
    PODLAPSE_PORT: port,
    PODLAPSE_DATA_DIR: folder,
    PODLAPSE_AGENT: 'off',
  });
  const [, url = ''] = await program.says(/podlapse is listening on (http:\/\/127\.0\.0\.1:\d+)/);
  const read = async <T>(path: string): Promise<T | undefined> => {
    const response = await fetch(url + path);
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    url,
    program,
    read,
    timelineOf: (cluster, namespace, name) =>
      read<Timeline>(`/v1/clusters/${cluster}/namespaces/${namespace}/pods/${name}/timeline`),
    async restart() {
      await program.stop();
      return startApi({ dataFolder: folder });
    },
    async close() {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
