import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, type SynthesizedStack, synthStack, TOLD } from '../support/stack.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** All statements of roles, by the beginning of their role's name; policies of keys, topics and the like apart. */
function statementsOf({ ofType }: SynthesizedStack): { role: string; statement: Statement }[] {
  const inline = ofType('AWS::IAM::Role').flatMap(({ logicalId, Properties }) =>
    ((Properties['Policies'] ?? []) as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement.map((statement) => ({ role: logicalId, statement })),
    ),
  );
  const attached = ofType('AWS::IAM::Policy').flatMap(({ Properties }) =>
    (Properties['PolicyDocument'].Statement as Statement[]).map((statement) => ({
      role: Properties['Roles'][0].Ref as string,
      statement,
    })),
  );
  return [...inline, ...attached];
}

/** Objects of one folder of a bucket, which have no names before they are written. */
const OBJECTS =
  /^\{"Fn::Join":\["",\[\{"Fn::GetAtt":\["ArchiveBucket\w+","Arn"\]\},"\/(?:restarts|events|errors)\/\*"\]\]\}$/;

/** Actions that AWS lets nobody bind to a resource. */
const WITHOUT_RESOURCE = /^(?:xray:PutTraceSegments|xray:PutTelemetryRecords|dynamodb:ListStreams)$/;

describe.each([
  ['by default', {}, undefined],
  ['with all that is optional', EVERYTHING, TOLD],
])('the permissions %s', (_, context, told) => {
  const synthesized = synthStack(context, told);
  const statements = statementsOf(synthesized);

  it('name each action, and each resource that can be named', () => {
    expect(statements.length).toBeGreaterThan(3);
    for (const { statement } of statements) {
      const actions = [statement.Action].flat();
      for (const action of actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z0-9]+$/);
      if (actions.every((action) => WITHOUT_RESOURCE.test(action))) continue;
      for (const resource of [statement.Resource].flat()) {
        const text = JSON.stringify(resource);
        if (!OBJECTS.test(text)) expect(text).not.toContain('*');
      }
    }
  });

  it('let nobody delete or change the table, take a backup of it or scan it', () => {
    const actions = statements.flatMap(({ statement }) => statement.Action);
    const harmful = /^dynamodb:(?:Delete|Update(?!Item)|Create|Restore|Export|Scan|Import|PartiQL)/;
    expect(actions.filter((action) => harmful.test(action))).toEqual([]);
  });

  it('let the API do what the store does, and nothing else', () => {
    const actions = statements
      .filter(({ role }) => role.startsWith('ApiRole'))
      .flatMap(({ statement }) => statement.Action)
      .filter((action) => !/^(?:logs|xray|kms):/.test(action));
    expect(new Set(actions)).toEqual(new Set(commandsOfTheStore().map((command) => `dynamodb:${command}`)));
  });

  it('let the watch over silence read the list of clusters, and nothing else', () => {
    const ofTable = statements
      .filter(({ role }) => role.startsWith('SilenceCheckRole'))
      .filter(({ statement }) => [statement.Action].flat().some((action) => action.startsWith('dynamodb:')));
    expect(ofTable).toMatchObject([
      {
        statement: {
          Action: 'dynamodb:Query',
          Condition: {
            'ForAllValues:StringEquals': {
              'dynamodb:LeadingKeys': Array.from({ length: 8 }, (__, shard) => `CLUSTERS#${shard}`),
            },
          },
        },
      },
    ]);
  });

  it('let keys be used by way of DynamoDB and S3 alone', () => {
    const ofKeys = statements.filter(({ statement }) =>
      [statement.Action].flat().some((action) => action.startsWith('kms:')),
    );
    for (const { statement } of ofKeys) {
      expect(JSON.stringify(statement.Condition)).toMatch(/kms:ViaService.*"(?:dynamodb|s3)\./);
    }
  });

  it('rest on no policy that AWS wrote', () => {
    for (const { Properties } of synthesized.ofType('AWS::IAM::Role')) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });
});

/** What the store's sources ask DynamoDB for, but for making the table, which only engines of our own are asked. */
function commandsOfTheStore(): readonly string[] {
  const folder = join(import.meta.dirname, '../../functions/store');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path !== 'table.ts')
    .map((path) => readFileSync(join(folder, path), 'utf8'));
  return sources.flatMap((source) =>
    [...source.matchAll(/new (\w+)Command\(/g)].map(([, name]) => name ?? ''),
  );
}
