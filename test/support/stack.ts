// The stack, synthesized without bundling: what stands in the functions' folders does not matter to a template.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addChecks } from '../../infra/checks.ts';
import { readConfig } from '../../infra/config/config.ts';
import { type Notifications, parseNotifications } from '../../functions/notify/notifications.ts';
import { PodlapseStack } from '../../infra/podlapse-stack.ts';

/** JSON of which nothing is known. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, Json>;
  readonly DeletionPolicy?: string;
}

export interface SynthesizedStack {
  readonly stack: PodlapseStack;
  readonly template: Template;
  /** The template as it is written. */
  readonly text: string;
  /** All resources of a type, by logical ID. */
  readonly ofType: (type: string) => readonly (Resource & { readonly logicalId: string })[];
}

/** Notifications of each kind of target. */
export const TOLD: Notifications = parseNotifications(
  JSON.stringify({
    targets: [
      { name: 'ours', kind: 'sns' },
      { name: 'theirs', kind: 'sns', topicArn: 'arn:aws:sns:eu-west-1:111122223333:restarts' },
      { name: 'chat', kind: 'slack', urlSecret: 'podlapse/slack' },
      {
        name: 'hook',
        kind: 'webhook',
        url: 'https://hooks.example.com/podlapse',
        keySecret: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hook-AbCdEf',
      },
    ],
    rules: [{ name: 'all', on: 'restart', to: ['ours', 'theirs', 'chat', 'hook'] }],
  }),
);

/** A context with all that is optional. */
export const EVERYTHING = {
  archive: 'on',
  customerKey: 'create',
  domainName: 'podlapse.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab',
  alarmEmail: 'oncall@example.com',
  monthlyBudget: '100',
};

/**
 * The stack of a CDK context, as `npx cdk synth` makes it, checks included. @throws where a check fails; the report of
 * cdk-nag then stands on stderr.
 */
export function synthStack(
  context: Readonly<Record<string, unknown>> = {},
  told?: Notifications,
): SynthesizedStack {
  const folder = mkdtempSync(join(tmpdir(), 'podlapse-synth-'));
  try {
    const app = new App({
      outdir: join(folder, 'cdk.out'),
      context: { ...context, '@aws-cdk/core:validateAgainstDefaultRules': true },
    });
    const config = readConfig(context);
    const stack = new PodlapseStack(app, {
      config,
      folders: {
        api: emptyFunction(folder, 'api'),
        silence: emptyFunction(folder, 'silence'),
        ...(config.archive ? { archive: emptyFunction(folder, 'archive') } : {}),
      },
      ...(told === undefined ? {} : { notify: { folder: emptyFunction(folder, 'notify'), told } }),
    });
    addChecks(app);
    app.synth();
    const template = Template.fromStack(stack);
    const resources = Object.entries(template.toJSON()['Resources'] as Record<string, Resource>);
    return {
      stack,
      template,
      text: JSON.stringify(template.toJSON()),
      ofType: (type) =>
        resources
          .filter(([, resource]) => resource.Type === type)
          .map(([logicalId, resource]) => ({ logicalId, ...resource })),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function emptyFunction(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'index.mjs'), 'export const handler = () => undefined;\n');
  return path;
}
