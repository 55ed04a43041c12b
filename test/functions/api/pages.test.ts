import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { apiRoutes } from '../../../functions/api/api.ts';
import { createLoopbackAccess } from '../../../functions/api/loopback-access.ts';
import { OPERATIONS } from '../../../functions/api/openapi/operations.ts';
import { startTestApi, type TestApi } from '../../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('the OpenAPI document', () => {
  it('describes every route under /v1 and the health routes, with the methods that they have', () => {
    const parts = {
      store: api.store,
      authorise: createLoopbackAccess(),
      tokens: api.tokens,
      registrations: api.registrations,
      clock: Date.now,
      randomId: () => '',
      log: { info: () => {}, warn: () => {}, error: () => {} },
    };
    const routes = apiRoutes(parts)
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
      .filter((route) => / \/(?:v1\/|healthz$|readyz$)/.test(route));
    expect(OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(
      routes.sort(),
    );
  });

  it('is made of the schemas that validate, and all of its references lead somewhere', async () => {
    const { json, text } = await api.get('/openapi.json');
    expect(json.openapi).toBe('3.1.0');
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(references.length).toBeGreaterThan(10);
    for (const name of references) expect(Object.keys(json.components.schemas)).toContain(name);
    expect(json.components.schemas.PodEvent.properties.resourceVersion).toMatchObject({ maxLength: 253 });
    expect(json.components.schemas.Restart.properties.cause).toEqual({ $ref: '#/components/schemas/Cause' });
    const parameters = json.paths['/v1/clusters/{cluster}/pods'].get.parameters;
    expect(parameters.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining([
        'cluster',
        'namespace',
        'workload',
        'name',
        'node',
        'restarted',
        'since',
        'limit',
        'cursor',
      ]),
    );
  });
});

describe('the documentation', () => {
  it('shows every operation, every parameter and every schema of the OpenAPI document', async () => {
    const { text, status } = await api.get('/docs');
    expect(status).toBe(200);
    const { paths, components } = (await api.get('/openapi.json')).json;
    for (const [path, methods] of Object.entries<Record<string, { parameters: { name?: string }[] }>>(
      paths,
    )) {
      for (const [method, { parameters }] of Object.entries(methods)) {
        expect(text).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
        for (const { name } of parameters)
          if (name !== undefined) expect(text).toContain(`<code>${name}</code>`);
      }
    }
    for (const name of Object.keys(components.schemas)) expect(text).toContain(`id="schema-${name}"`);
  });

  it('leads nowhere but within itself', async () => {
    const { text } = await api.get('/docs');
    const anchors = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...text.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(50);
    for (const link of links) {
      expect(link === '/openapi.json' || anchors.has(link.slice(1)) ? '' : link).toBe('');
    }
  });

  it('runs no script and fetches nothing', async () => {
    const { text, headers } = await api.get('/docs');
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
    expect(text).not.toMatch(
      /<script|<link|<img|<iframe|<[^>]*\s(?:on\w+|style)=|javascript:|url\(|@import/i,
    );
  });
});
