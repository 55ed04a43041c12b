import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { IPolicyValidationPlugin, PolicyViolation } from 'aws-cdk-lib';

/**
 * The table as it is deployed, as far as CloudFormation could change it only by making a new, empty one (logical ID, type,
 * name, keys, local indexes), or by throwing an index away (its keys, what it projects). It is written down here, apart
 * from what the table is made of, so that a change of either is seen before a deploy begins.
 *
 * Change it only together with a migration that moves the history.
 */
export const DEPLOYED_TABLE = {
  logicalId: 'HistoryC127576E',
  type: 'AWS::DynamoDB::GlobalTable',
  properties: {
    TableName: undefined,
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    LocalSecondaryIndexes: undefined,
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
      { AttributeName: 'podsPk', AttributeType: 'S' },
      { AttributeName: 'podsSk', AttributeType: 'S' },
    ],
  },
  /** Of the global indexes, by name. */
  indexes: {
    pods: {
      KeySchema: [
        { AttributeName: 'podsPk', KeyType: 'HASH' },
        { AttributeName: 'podsSk', KeyType: 'RANGE' },
      ],
      Projection: { NonKeyAttributes: ['wl', 'node', 'rs'], ProjectionType: 'INCLUDE' },
    },
  },
} as const;

interface Template {
  readonly Resources?: Readonly<Record<string, { readonly Type: string; readonly Properties?: Properties }>>;
}
type Properties = Readonly<Record<string, unknown>>;

/** What deploying a template would do to the deployed table that cannot be undone, a sentence each. */
export function changesOfTable(template: Template): readonly string[] {
  const { logicalId, type, properties, indexes } = DEPLOYED_TABLE;
  const resource = template.Resources?.[logicalId];
  if (resource === undefined) {
    return [
      `the table ${logicalId} is not in the template; a table of another logical ID is another, empty one (a construct that is renamed or moved gets another)`,
    ];
  }
  const given = resource.Properties ?? {};
  const givenIndexes = new Map(
    ((given['GlobalSecondaryIndexes'] ?? []) as Properties[]).map((index) => [index['IndexName'], index]),
  );
  return [
    ...differences('Type', type, resource.Type),
    ...Object.entries(properties).flatMap(([name, deployed]) => differences(name, deployed, given[name])),
    ...Object.entries(indexes).flatMap(([index, parts]) =>
      Object.entries(parts).flatMap(([name, deployed]) =>
        differences(`index ${index}, ${name}`, deployed, givenIndexes.get(index)?.[name]),
      ),
    ),
  ];
}

function differences(name: string, deployed: unknown, wanted: unknown): readonly string[] {
  if (isDeepStrictEqual(deployed, wanted)) return [];
  return [`${name}: deployed is ${textOf(deployed)}, the template has ${textOf(wanted)}`];
}

function textOf(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}

/**
 * A check of the finished templates, which fails synth, and so every deploy before it starts, where one would replace the
 * table.
 */
export function createTableGuard(): IPolicyValidationPlugin {
  return {
    name: 'podlapse-table',
    validate: ({ stackTemplates }) => {
      const violations = stackTemplates.flatMap(({ templatePath, stackConstructPath }) =>
        changesOfTable(JSON.parse(readFileSync(templatePath, 'utf8')) as Template).map(
          (change, index): PolicyViolation => ({
            ruleName: `table-replaced-${index + 1}`,
            description: `This would replace the history, or an index of it, by an empty one: ${change}. Undo the change; or, if it is wanted, move the history first and then write the new shape into infra/table-shape.ts.`,
            violatingResources: [{ constructPath: stackConstructPath, locations: [] }],
          }),
        ),
      );
      return { success: violations.length === 0, violations };
    },
  };
}
