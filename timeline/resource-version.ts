/**
 * Orders two resourceVersions of one object. Since Kubernetes 1.35 they are promised to be comparable decimal
 * numbers of any length (KEP-5504), and etcd has always given such; other text is ordered as text, so that the order
 * is at least the same for everyone.
 */
export function compareResourceVersions(a: string, b: string): number {
  if (a === b) return 0;
  const bothNumbers = /^\d+$/.test(a) && /^\d+$/.test(b);
  if (bothNumbers && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}
