/** Makes the lab's images without a registry: a tar with one static program, imported. */
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';
import { callDocker } from './docker.ts';
import { images } from './settings.ts';

/** The programs that the images hold. */
export interface ImagePrograms {
  readonly pause: string;
  readonly probeMe: string;
}

/** Imports all images into the engine at that socket. */
export async function makeImages(socket: string, folder: string, programs: ImagePrograms): Promise<void> {
  const [pause, probeMe] = await Promise.all([
    pack(folder, programs.pause, 'pause'),
    pack(folder, programs.probeMe, 'probe-me'),
  ]);
  await importImage(socket, images.pause, pause, ['ENTRYPOINT ["/pause"]']);
  await importImage(socket, images.app, probeMe, ['ENTRYPOINT ["/probe-me"]', 'LABEL edition=1']);
  await importImage(socket, images.otherApp, probeMe, ['ENTRYPOINT ["/probe-me"]', 'LABEL edition=2']);
}

async function pack(folder: string, program: string, name: string): Promise<Buffer> {
  const root = await mkdtemp(join(folder, 'image-'));
  try {
    // /tmp is where probe-me keeps what its probes were told.
    await mkdir(join(root, 'files/tmp'), { recursive: true });
    await copyFile(program, join(root, 'files', name));
    await run('tar', ['-C', join(root, 'files'), '-cf', join(root, 'image.tar'), '.']);
    return await readFile(join(root, 'image.tar'));
  } finally {
    await rm(root, { recursive: true });
  }
}

async function importImage(
  socket: string,
  reference: string,
  body: Buffer,
  changes: readonly string[],
): Promise<void> {
  const [repository = '', tag = ''] = reference.split(':');
  const query = new URLSearchParams({ fromSrc: '-', repo: repository, tag });
  for (const change of changes) query.append('changes', change);
  await callDocker({ socket, method: 'POST', path: `/images/create?${query.toString()}`, body });
}
