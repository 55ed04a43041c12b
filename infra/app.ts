// The CDK app: `npx cdk synth`, `npx cdk deploy`.
import { fileURLToPath } from 'node:url';
import { App, Tags } from 'aws-cdk-lib';
import { bundleApi } from './bundle.ts';
import { PodlapseStack } from './podlapse-stack.ts';

const { folder } = await bundleApi(fileURLToPath(new URL('../dist/api', import.meta.url)));
const stack = new PodlapseStack(new App(), 'Podlapse', {
  apiFolder: folder,
  description: 'podlapse: every restart of every container',
});
Tags.of(stack).add('application', 'podlapse');
