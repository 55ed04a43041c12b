import { html } from 'hono/html';

/** The part of JSON Schema that our schemas use, as zod writes them. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

type Html = ReturnType<typeof html> | string;

/** What kind of value a schema describes, in a few words; what has a name of its own is linked. */
export function renderType(schema: JsonSchema): Html {
  const { $ref, anyOf, oneOf, items, additionalProperties } = schema;
  if ($ref !== undefined) {
    const name = $ref.replace(/.*\//, '');
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined) {
    return html`${separated(schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`))}`;
  }
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return html`${separated(choices.map(renderType))}`;
  if (schema.type === 'array') return html`list of ${renderType(items ?? {})}`;
  if (schema.type === 'object' && typeof additionalProperties === 'object') {
    return html`map of ${renderType(additionalProperties)}`;
  }
  return schema.type ?? 'anything';
}

/** The bounds of a value. */
export function renderConstraints(schema: JsonSchema): Html {
  const { minLength, maxLength, minItems, maxItems, minimum, maximum, pattern } = schema;
  const inSafeRange = (bound: number | undefined) =>
    bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;
  const bounds = [
    range(minLength, maxLength, 'characters'),
    range(minItems, maxItems, 'items'),
    range(inSafeRange(minimum), inSafeRange(maximum), ''),
  ].filter((bound) => bound !== '');
  const byDefault = schema.default === undefined ? '' : `by default ${JSON.stringify(schema.default)}`;
  return html`<small>${[...bounds, byDefault].filter((text) => text !== '').join(', ')} ${
    pattern === undefined ? '' : html`<code>${pattern}</code>`
  }</small>`;
}

/** The properties of an object, and of each of the forms that it may have. */
export function renderProperties(schema: JsonSchema): Html {
  const forms = (schema.anyOf ?? schema.oneOf ?? []).filter(({ properties }) => properties !== undefined);
  const { properties, required = [] } = schema;
  return html`${
    properties === undefined
      ? ''
      : html`<div class="wide"><table>
<thead><tr><th>Field</th><th>is</th></tr></thead>
<tbody>${Object.entries(properties).map(
          ([name, field]) => html`<tr><td><code>${name}</code></td>
<td>${renderType(field)}${required.includes(name) ? '' : ', optional'} ${renderConstraints(field)}
${renderProperties(field.items ?? field)}</td></tr>`,
        )}</tbody>
</table></div>`
  }${forms.map((form) => renderProperties(form))}`;
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (least === undefined && most === undefined) return '';
  if (least === undefined) return `at most ${most} ${unit}`;
  return most === undefined ? `at least ${least} ${unit}` : `${least} to ${most} ${unit}`;
}

function separated(parts: readonly Html[]): readonly Html[] {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [' or ', part]));
}
