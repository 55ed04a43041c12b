// Requests as Lambda gets them, in the shape that AWS documents for payload format 2.0: from a function URL
// (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html) and from an HTTP API
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What both fronts add to a request's own headers. */
const FRONT_HEADERS = {
  'x-amzn-trace-id': 'Root=1-62ecd163-5f302e550dcde3b12402207d',
  'x-forwarded-for': '192.0.2.1',
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
  'accept-encoding': 'gzip, br',
  'user-agent': 'podlapse-agent',
};

export function functionUrlEvent(request: HttpRequest): APIGatewayProxyEventV2 {
  const domainPrefix = 'url7id';
  return {
    ...common(request, '$default', `${domainPrefix}.lambda-url.eu-west-1.on.aws`, domainPrefix),
    ...bodyOf(request),
  };
}

/** From a catch-all route, as a CDK app makes it. */
export function httpApiEvent(request: HttpRequest): APIGatewayProxyEventV2 {
  const event = common(request, 'ANY /{proxy+}', 'a1b2c3.execute-api.eu-west-1.amazonaws.com', 'a1b2c3');
  return {
    ...event,
    pathParameters: { proxy: event.rawPath.slice(1) },
    requestContext: { ...event.requestContext, requestId: 'JKJaXmPLvHcESHA=' },
    ...bodyOf(request),
  };
}

function common(
  { method, path, headers = {} }: HttpRequest,
  routeKey: string,
  domainName: string,
  domainPrefix: string,
): APIGatewayProxyEventV2 {
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const query = [...new URLSearchParams(rawQueryString)];
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    headers: { ...FRONT_HEADERS, host: domainName, ...headers },
    ...(query.length === 0 ? {} : { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: routeKey === '$default' ? 'anonymous' : '123456789012',
      apiId: domainPrefix,
      domainName,
      domainPrefix,
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'podlapse-agent',
      },
      requestId: 'e1506fd5-9e7b-434f-bd42-4f8fa224b599',
      routeKey,
      stage: '$default',
      time: '01/Mar/2026:10:00:00 +0000',
      timeEpoch: 1_772_359_200_000,
    },
    isBase64Encoded: false,
  };
}

/** Text comes as it is, anything else as base64. */
function bodyOf({ body, headers = {} }: HttpRequest): Partial<APIGatewayProxyEventV2> {
  if (body === undefined) return {};
  const isText =
    typeof body === 'string' &&
    headers['content-encoding'] === undefined &&
    /^(?:text\/|application\/json)/.test(headers['content-type'] ?? '');
  return {
    body: isText ? body : Buffer.from(body).toString('base64'),
    isBase64Encoded: !isText,
  };
}
