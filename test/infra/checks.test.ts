import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { addChecks } from '../../infra/checks.ts';

describe('the checks of every synth', () => {
  it('fail what breaks a rule of cdk-nag', () => {
    const app = new App();
    const bucket = new Bucket(new Stack(app, 'Other'), 'Bucket');
    addChecks(app);
    expect(() => app.synth()).toThrow(/does not require requests to use SSL[^]*AwsSolutions-S10/);
    expect(bucket.node.path).toBe('Other/Bucket');
  });
});
