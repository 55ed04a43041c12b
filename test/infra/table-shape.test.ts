import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTableInput } from '../../functions/store/table.ts';
import { addChecks } from '../../infra/checks.ts';
import { changesOfTable, DEPLOYED_TABLE } from '../../infra/table-shape.ts';
import { type Json, synthStack } from '../support/stack.ts';

interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, Json> }>;
}

describe('the guard of the table', () => {
  let deployed: Template;
  beforeAll(() => {
    deployed = synthStack().template.toJSON() as Template;
  });
  const { logicalId } = DEPLOYED_TABLE;
  const changed = (change: (properties: Record<string, Json>, template: Template) => void) => {
    const template = structuredClone(deployed);
    change(template.Resources[logicalId]!.Properties, template);
    return changesOfTable(template);
  };

  it('lets a template of the deployed table pass, and every change that CloudFormation makes in place', () => {
    expect(changesOfTable(deployed)).toEqual([]);
    const inPlace = changed((properties) => {
      properties['TimeToLiveSpecification'].AttributeName = 'other';
      properties['WriteOnDemandThroughputSettings'].MaxWriteRequestUnits = 1;
      properties['StreamSpecification'] = { StreamViewType: 'NEW_IMAGE' };
      properties['SSESpecification'] = { SSEEnabled: false };
    });
    expect(inPlace).toEqual([]);
  });

  it('knows the table as the store describes it', () => {
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = createTableInput('any');
    expect(DEPLOYED_TABLE.properties).toMatchObject({ KeySchema, AttributeDefinitions });
    expect(GlobalSecondaryIndexes).toMatchObject([{ IndexName: 'pods', ...DEPLOYED_TABLE.indexes.pods }]);
  });

  it.each([
    [
      'another sort key',
      (p: Json) => (p.KeySchema[1].AttributeName = 'sk2'),
      /^KeySchema: deployed is .*"sk".*the template has .*"sk2"/,
    ],
    [
      'a name of its own',
      (p: Json) => (p.TableName = 'podlapse'),
      'TableName: deployed is none, the template has "podlapse"',
    ],
    [
      'a local index',
      (p: Json) => (p.LocalSecondaryIndexes = [{ IndexName: 'l' }]),
      /^LocalSecondaryIndexes: deployed is none/,
    ],
    [
      'another type of a key',
      (p: Json) => (p.AttributeDefinitions[0].AttributeType = 'B'),
      /^AttributeDefinitions: /,
    ],
    [
      'another key of the index',
      (p: Json) => (p.GlobalSecondaryIndexes[0].KeySchema[0].AttributeName = 'wl'),
      /^index pods, KeySchema: /,
    ],
    [
      'another projection of the index',
      (p: Json) => (p.GlobalSecondaryIndexes[0].Projection.NonKeyAttributes = ['wl']),
      /^index pods, Projection: /,
    ],
    [
      'another name of the index',
      (p: Json) => (p.GlobalSecondaryIndexes[0].IndexName = 'podsToo'),
      /^index pods, KeySchema: .*the template has none/,
    ],
  ])('refuses %s', (_, change, text) => {
    expect(changed(change)[0]).toMatch(text);
  });

  it('refuses another logical ID, another type, and no table at all', () => {
    const moved = changed((_, { Resources }) => {
      Resources['HistoryTable0123'] = Resources[logicalId]!;
      delete Resources[logicalId];
    });
    expect(moved).toEqual([expect.stringContaining(`the table ${logicalId} is not in the template`)]);
    const retyped = changed((_, { Resources }) => {
      Resources[logicalId]!.Type = 'AWS::DynamoDB::Table';
    });
    expect(retyped).toEqual([
      'Type: deployed is "AWS::DynamoDB::GlobalTable", the template has "AWS::DynamoDB::Table"',
    ]);
    expect(changesOfTable({})).toHaveLength(1);
  });

  it('fails the synth of such a template, and says why', () => {
    const app = new App();
    const stack = new Stack(app, 'Podlapse');
    const other = new CfnResource(stack, 'Other', { type: 'AWS::DynamoDB::GlobalTable' });
    expect(stack.resolve(other.logicalId)).toBe('Other');
    addChecks(app);
    expect(() => app.synth()).toThrow(/This would replace the history, or an index of it, by an empty one/);
  });
});
