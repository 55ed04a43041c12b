/** Makes the lab's images without a registry: a tar with one static program, imported. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';
import { callDocker } from './docker.ts';
import { images } from './settings.ts';
import type { LabState } from './state.ts';

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

/** Imports all images into the containerd of a lab without Docker, where the kubelet looks for them. */
export async function makeContainerdImages(state: LabState, programs: ImagePrograms): Promise<void> {
  const [pause, probeMe] = await Promise.all([
    pack(state.folder, programs.pause, 'pause'),
    pack(state.folder, programs.probeMe, 'probe-me'),
  ]);
  await importArchive(state, images.pause, pause, { Entrypoint: ['/pause'] });
  await importArchive(state, images.app, probeMe, { Entrypoint: ['/probe-me'], Labels: { edition: '1' } });
  await importArchive(state, images.otherApp, probeMe, {
    Entrypoint: ['/probe-me'],
    Labels: { edition: '2' },
  });
}

/** As `docker save` writes an image: containerd imports nothing simpler. */
async function importArchive(
  { folder, ctr, containerdSocket }: LabState,
  reference: string,
  layer: Buffer,
  config: object,
): Promise<void> {
  const root = await mkdtemp(join(folder, 'archive-'));
  try {
    const digest = createHash('sha256').update(layer).digest('hex');
    const image = {
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
    };
    const manifest = [{ Config: 'config.json', RepoTags: [`docker.io/${reference}`], Layers: ['layer.tar'] }];
    await writeFile(join(root, 'layer.tar'), layer);
    await writeFile(join(root, 'config.json'), JSON.stringify(image));
    await writeFile(join(root, 'manifest.json'), JSON.stringify(manifest));
    await run('tar', [
      '-C',
      root,
      '-cf',
      join(root, 'image.tar'),
      'manifest.json',
      'config.json',
      'layer.tar',
    ]);
    const address = ['--address', containerdSocket, '--namespace', 'k8s.io'];
    await run(ctr, [...address, 'images', 'import', '--local', join(root, 'image.tar')]);
  } finally {
    await rm(root, { recursive: true });
  }
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
