import fc, { type Arbitrary } from 'fast-check';
import * as z from 'zod/mini';

/** The part of JSON Schema that our schemas use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Values that a zod schema accepts (but for refinements, which JSON Schema cannot say), short ones mostly. */
export function arbitraryOf(schema: z.ZodMiniType): Arbitrary<unknown> {
  return fromJsonSchema(z.toJSONSchema(schema, { unrepresentable: 'throw' }) as JsonSchema);
}

/** Values that a JSON Schema accepts. */
export function arbitraryOfJsonSchema(schema: JsonSchema): Arbitrary<unknown> {
  return fromJsonSchema(schema);
}

function fromJsonSchema(schema: JsonSchema): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(fromJsonSchema));
  if (typeof schema.type === 'object') {
    return fc.oneof(...schema.type.map((type) => fromJsonSchema({ ...schema, type })));
  }
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return fc.array(fromJsonSchema(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, Math.max(schema.minItems ?? 0, 3)),
      });
    case 'string':
      return stringOf(schema);
    case 'integer':
      return fc.oneof(
        fc.integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 300, 300) }),
        fc.maxSafeInteger().map((n) => Math.max(schema.minimum ?? n, Math.min(schema.maximum ?? n, n))),
      );
    case 'number':
      return fc.double({
        noNaN: true,
        noDefaultInfinity: true,
        ...(schema.minimum === undefined ? {} : { min: schema.minimum }),
        ...(schema.maximum === undefined ? {} : { max: schema.maximum }),
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case undefined:
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}

function objectOf({
  properties = {},
  required = [],
  additionalProperties,
  propertyNames,
}: JsonSchema): Arbitrary<unknown> {
  if (typeof additionalProperties === 'object' && Object.keys(properties).length === 0) {
    const names = fromJsonSchema(propertyNames ?? { type: 'string' }) as Arbitrary<string>;
    return fc.dictionary(names, fromJsonSchema(additionalProperties), { maxKeys: 3 });
  }
  const arbitraries = Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, fromJsonSchema(inner)]),
  );
  return fc.record(arbitraries, { requiredKeys: [...required] });
}

function stringOf({ pattern, minLength = 0, maxLength = 30 }: JsonSchema): Arbitrary<string> {
  if (pattern !== undefined) return matching(pattern);
  return fc.oneof(
    fc.string({ minLength, maxLength: Math.min(maxLength, 30) }),
    fc.string({ minLength, maxLength: Math.min(maxLength, 12), unit: 'binary' }),
  );
}

/** Drawing from a pattern is slow, and a schema asks for the same few patterns over and over: some of each will do. */
function matching(pattern: string): Arbitrary<string> {
  let drawn = DRAWN.get(pattern);
  if (drawn === undefined) {
    drawn = fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 40, seed: 1 });
    DRAWN.set(pattern, drawn);
  }
  return fc.constantFrom(...drawn);
}

const DRAWN = new Map<string, string[]>();
