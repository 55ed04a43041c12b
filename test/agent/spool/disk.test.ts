import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Disk } from '../../../agent/spool/disk.ts';
import { FolderDisk } from '../../../agent/spool/folder-disk.ts';
import { CrashingDisk } from '../../support/crashing-disk.ts';

async function aFolderDisk(): Promise<Disk> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-disk-'));
  const disk = new FolderDisk(join(folder, 'spool'));
  onTestFinished(async () => {
    await disk.close();
    await rm(folder, { recursive: true });
  });
  return disk;
}

const text = async (disk: Disk, name: string, offset?: number, length?: number) =>
  (await disk.read(name, offset, length)).toString('utf8');

// The fake and the real one hold to the same.
describe.each([
  ['a folder', aFolderDisk],
  ['the disk that tests use', () => Promise.resolve(new CrashingDisk())],
])('%s', (_, aDisk) => {
  test('has no files at first', async () => {
    expect(await (await aDisk()).names()).toEqual([]);
  });

  test('gives back what was written, from any place on', async () => {
    const disk = await aDisk();
    await disk.write('a', 0, Buffer.from('hello'));
    await disk.write('a', 5, Buffer.from(' world'));
    await disk.sync('a');
    expect(await text(disk, 'a')).toBe('hello world');
    expect(await text(disk, 'a', 6)).toBe('world');
    expect(await text(disk, 'a', 6, 2)).toBe('wo');
    expect(await text(disk, 'a', 6, 100)).toBe('world');
    expect(await text(disk, 'a', 50, 10)).toBe('');
    expect(await disk.names()).toEqual(['a']);
  });

  test('cuts a file, and writes on from there', async () => {
    const disk = await aDisk();
    await disk.write('a', 0, Buffer.from('hello'));
    await disk.cut('a', 2);
    await disk.write('a', 2, Buffer.from('y'));
    expect(await text(disk, 'a')).toBe('hey');
  });

  test('replaces a file, also one that is being written to', async () => {
    const disk = await aDisk();
    await disk.write('a', 0, Buffer.from('a long text'));
    await disk.replace('a', Buffer.from('short'));
    await disk.write('a', 5, Buffer.from('er'));
    await disk.replace('b', Buffer.from('new'));
    expect([await text(disk, 'a'), await text(disk, 'b')]).toEqual(['shorter', 'new']);
    expect((await disk.names()).sort()).toEqual(['a', 'b']);
  });

  test('removes a file, and makes it anew', async () => {
    const disk = await aDisk();
    await disk.write('a', 0, Buffer.from('hello'));
    await disk.remove('a');
    await disk.remove('a');
    expect(await disk.names()).toEqual([]);
    await expect(disk.read('a')).rejects.toMatchObject({ code: 'ENOENT' });
    await disk.write('a', 0, Buffer.from('x'));
    await disk.release('a');
    expect(await text(disk, 'a')).toBe('x');
  });
});
