import { html, raw } from 'hono/html';
import { openApiDocument } from '../openapi/document.ts';
import { GROUPS } from '../openapi/group.ts';
import { COMPONENTS } from '../openapi/schemas.ts';
import { type JsonSchema, renderConstraints, renderProperties, renderType } from './docs-schema.ts';
import { pagePolicy } from './page-policy.ts';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1rem; margin: 2rem 0 .25rem; }
code { font: .875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); vertical-align: top; }
th { font-weight: 600; } small { opacity: .75; }
`;

export const DOCS_PAGE_POLICY = pagePolicy(STYLE);

/** The parts of an OpenAPI document that ours has and the page shows. */
interface Media {
  readonly schema: JsonSchema;
}
interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security: readonly unknown[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly description?: string; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, Media>> }>
  >;
}
interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
  };
}

/** The OpenAPI document as a page: grouped by what it is for, with all schemas, and complete in itself. */
export function renderDocsPage() {
  const { paths, components } = openApiDocument() as unknown as Document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>podlapse: the HTTP API</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<h1>podlapse: the HTTP API</h1>
<p>Requests carry a token as <code>Authorization: Bearer TOKEN</code>, except on loopback. Errors are
<code>application/problem+json</code> with a <code>type</code> that never changes. The same as
<a href="/openapi.json">OpenAPI document</a>.</p>
<ul>${[...GROUPS, 'Schemas'].map((group) => html`<li><a href="#${anchorOf(group)}">${group}</a></li>`)}</ul>
${GROUPS.map(
  (group) => html`<h2 id="${anchorOf(group)}">${group}</h2>
${operations
  .filter(({ operation }) => operation.tags.includes(group))
  .map(({ path, method, operation }) => operationSection(path, method, operation, components.parameters))}`,
)}
<h2 id="${anchorOf('Schemas')}">Schemas</h2>
${Object.keys(COMPONENTS).map((name) => schemaSection(name, components.schemas[name] ?? {}))}
</body>
</html>
`;
}

function operationSection(
  path: string,
  method: string,
  operation: Operation,
  shared: Document['components']['parameters'],
) {
  const { summary, requestBody, responses, security } = operation;
  const parameters = operation.parameters.map(
    (parameter) => shared[parameter.$ref?.replace(/.*\//, '') ?? ''] ?? parameter,
  );
  return html`<section>
<h3><code>${method.toUpperCase()} ${path}</code></h3>
<p>${summary}${security.length === 0 ? ' No token is needed.' : ''}</p>
<div class="wide"><table>
<thead><tr><th>Parameter</th><th>in</th><th>is</th></tr></thead>
<tbody>${parameters.map(
    ({ name, in: where, required, description, schema }) => html`<tr>
<td><code>${name}</code></td><td>${where}</td>
<td>${renderType(schema)}${required === true ? '' : ', optional'} ${renderConstraints(schema)} ${description ?? ''}</td></tr>`,
  )}</tbody>
</table></div>
${
  requestBody === undefined
    ? ''
    : html`<p>Body: ${requestBody.description ?? ''}</p>
${Object.entries(requestBody.content).map(([type, { schema }]) => mediaParagraph(type, schema))}`
}
<div class="wide"><table>
<thead><tr><th>Answer</th><th>when</th></tr></thead>
<tbody>${Object.entries(responses).map(
    ([status, { description, content = {} }]) => html`<tr><td>${status}</td><td>${description}
${Object.entries(content).map(([type, { schema }]) => html`<br><small><code>${type}</code> ${renderType(schema)}</small>`)}</td></tr>`,
  )}</tbody>
</table></div>
</section>
`;
}

function mediaParagraph(type: string, schema: JsonSchema) {
  return html`<p><code>${type}</code>: ${renderType(schema)} ${schema.description ?? ''}</p>
${renderProperties(schema)}`;
}

function schemaSection(name: string, schema: JsonSchema) {
  return html`<section>
<h3 id="schema-${name}"><code>${name}</code></h3>
<p>${renderType(schema)} ${renderConstraints(schema)}</p>
${renderProperties(schema)}
</section>
`;
}

function anchorOf(group: string): string {
  return group.toLowerCase().replaceAll(/\W+/g, '-');
}
