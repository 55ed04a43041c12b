// The CDK app: `npx cdk synth`, `npx cdk deploy`; `npx cdk synth -c help=true` tells what can be configured.
import { cp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { acknowledge } from './acknowledge.ts';
import { bundleFunction, type Entry } from './bundle.ts';
import { addChecks } from './checks.ts';
import { ConfigError, describeSettings, readConfig } from './config/config.ts';
import { type NotificationsFile, readNotificationsFile } from './config/notifications-file.ts';
import { PodlapseStack } from './podlapse-stack.ts';

const app = new App();

if (app.node.tryGetContext('help') === undefined) {
  await addStack();
  addChecks(app);
} else {
  process.stdout.write(`${describeSettings()}\n`);
  // CDK wants a stack to show; this one is empty, and CDK deploys no empty stack.
  const help = new Stack(app, 'Help', { analyticsReporting: false });
  acknowledge(help, 'CloudFormation-Validate::F0001', 'It is empty on purpose.');
}

async function addStack(): Promise<PodlapseStack> {
  try {
    const config = readConfig(app.node.getAllContext());
    const file = config.notifications === undefined ? undefined : readNotificationsFile(config.notifications);
    return new PodlapseStack(app, {
      config,
      folders: {
        api: await bundleApiWithPage(),
        silence: await bundle('silence', 'silence'),
        ...(config.archive ? { archive: await bundle('archive', 'archive') } : {}),
      },
      ...(file === undefined ? {} : { notify: await bundleNotify(file) }),
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // What is wrong is all in the message: a stack trace would only hide it.
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

/** The API serves the page, which `cdk.json` has built before this runs: docs/decisions/0009-page-from-the-function.md. */
async function bundleApiWithPage(): Promise<string> {
  const folder = await bundle('lambda', 'api');
  await cp(distOf('web'), join(folder, 'web'), {
    recursive: true,
    // What it was built from is of no use there.
    filter: (path) => basename(path) !== '.built-from',
  });
  return folder;
}

async function bundleNotify({ text, told }: NotificationsFile) {
  const folder = await bundle('notify', 'notify');
  await writeFile(join(folder, 'notifications.json'), text);
  return { folder, told };
}

async function bundle(entry: Entry, name: string): Promise<string> {
  return (await bundleFunction(entry, distOf(name))).folder;
}

function distOf(name: string): string {
  return fileURLToPath(new URL(`../dist/${name}`, import.meta.url));
}
