import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterOfContext } from '../../timeline/cluster-of-context.ts';
import { clusterName } from '../../timeline/contract/primitives.ts';

describe('the name of a cluster', () => {
  it.each([
    ['lab', 'lab'],
    ['kind-Lab', 'kind-lab'],
    ['arn:aws:eks:eu-west-1:1234:cluster/prod', 'arn-aws-eks-eu-west-1-1234-cluster-prod'],
    ['admin@lab.example', 'admin-lab.example'],
    ['__', 'local'],
    [undefined, 'local'],
  ])('of the context %j is %s', (context, name) => {
    expect(clusterOfContext(context)).toBe(name);
  });

  it('is valid, whatever the context is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (context) => {
        expect(clusterName.safeParse(clusterOfContext(context)).success).toBe(true);
      }),
    );
  });
});
