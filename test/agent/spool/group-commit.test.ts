import { expect, test } from 'vitest';
import { GroupCommit } from '../../../agent/spool/group-commit.ts';

/** Commits that end when they are told to; each takes what it writes at its beginning. */
function aGroupCommit(maxBytes = 100) {
  const writes: { readonly entries: readonly string[]; readonly end: PromiseWithResolvers<void> }[] = [];
  const commits = new GroupCommit<string>({
    maxBytes,
    commit: async (take) => {
      // As where another use of the disk comes first.
      await Promise.resolve();
      const end = Promise.withResolvers<void>();
      writes.push({ entries: take(), end });
      await end.promise;
    },
  });
  const written = () => writes.map(({ entries }) => entries.join(''));
  return { commits, writes, written };
}

const turn = () => new Promise(setImmediate);

test('what comes at once is written together, and what comes meanwhile with the next write', async () => {
  const { commits, writes, written } = aGroupCommit();
  const [a, b] = [commits.add(['a'], 1), commits.add(['b'], 1)];
  expect(a).toBe(b);
  await turn();
  const [c, d] = [commits.add(['c'], 1), commits.add(['d'], 1)];
  await turn();
  expect(written()).toEqual(['ab']);
  writes[0]?.end.resolve();
  await a;
  await turn();
  expect([written(), commits.isWriting]).toEqual([['ab', 'cd'], true]);
  writes[1]?.end.resolve();
  await Promise.all([c, d]);
  await turn();
  expect(commits.isWriting).toBe(false);
});

test('a group is not larger than it may be, unless a single part is', async () => {
  const { commits, writes, written } = aGroupCommit(2);
  const all = ['a', 'b', 'c', 'dddd'].map((part) => commits.add([part], part.length));
  for (let write = 0; write < 3; write += 1) {
    await turn();
    writes[write]?.end.resolve();
  }
  await Promise.all(all);
  expect(written()).toEqual(['ab', 'c', 'dddd']);
});

test('a failure is that of its group alone', async () => {
  const { commits, writes } = aGroupCommit();
  const first = commits.add(['a'], 1);
  await turn();
  const second = commits.add(['b'], 1);
  writes[0]?.end.reject(new Error('broken'));
  await expect(first).rejects.toThrow('broken');
  await turn();
  writes[1]?.end.resolve();
  await expect(second).resolves.toBeUndefined();
});
