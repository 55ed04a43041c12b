/** The parts in which the documentation shows the operations, in this order. */
export const GROUPS = [
  'Recording and reading a cluster',
  'Across clusters',
  'Administration',
  'Health',
] as const;
export type Group = (typeof GROUPS)[number];

/** The part to which the operations of a path belong. */
export function groupOf(path: string): Group {
  if (path.startsWith('/v1/admin/')) return 'Administration';
  if (path.startsWith('/v1/clusters')) return 'Recording and reading a cluster';
  return path.startsWith('/v1/') ? 'Across clusters' : 'Health';
}
