import { Fn } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginRequestPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { FunctionUrlAuthType, type FunctionUrl, type IFunction, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Config } from './config/config.ts';

/** CloudFront's zone in Route 53, to which every alias of a distribution leads. */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2';

/**
 * The way in over HTTPS: the function's own URL, and with a domain name CloudFront before it. Why so, and why responses
 * are not streamed: docs/decisions/0005-function-url.md.
 */
export class Front extends Construct {
  /** Where agents and readers are sent, without a slash at the end. */
  readonly url: string;
  /** The function's own URL, without a slash at the end: the same as `url` without a domain name. */
  readonly functionUrl: string;
  readonly distribution: Distribution | undefined;

  constructor(scope: Construct, id: string, api: IFunction, config: Config) {
    super(scope, id);
    // The function itself asks for a token: agents have no AWS identity.
    const url = api.addFunctionUrl({ authType: FunctionUrlAuthType.NONE, invokeMode: InvokeMode.BUFFERED });
    // https://ID.lambda-url.REGION.on.aws/
    this.functionUrl = `https://${Fn.select(2, Fn.split('/', url.url))}`;
    const { domainName } = config;
    this.distribution = domainName === undefined ? undefined : this.#distribute(url, domainName, config);
    this.url = domainName === undefined ? this.functionUrl : `https://${domainName}`;
  }

  #distribute(url: FunctionUrl, domainName: string, config: Config): Distribution {
    const { certificateArn = '', hostedZoneId, webAclArn } = config;
    const distribution = new Distribution(this, 'Distribution', {
      comment: `podlapse ${config.stage}`,
      domainNames: [domainName],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(webAclArn === undefined ? {} : { webAclId: webAclArn }),
      defaultBehavior: {
        origin: new FunctionUrlOrigin(url),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        // Every answer depends on who asks, and the newest is wanted.
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // Lambda finds the function by the Host header, which therefore must be its own.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      },
    });
    acknowledge(
      distribution,
      'AwsSolutions-CFR1',
      'Clusters stand in all countries; who may read and write is told by tokens.',
    );
    acknowledge(
      distribution,
      'AwsSolutions-CFR3',
      'CloudFront’s metrics, and the API’s log of what failed, tell what an access log would, without a bucket of addresses.',
    );
    if (webAclArn === undefined) {
      acknowledge(
        distribution,
        'AwsSolutions-CFR2',
        'A web ACL costs USD 5 a month and more; webAclArn sets one.',
      );
    }
    if (hostedZoneId !== undefined) this.#name(domainName, distribution, hostedZoneId);
    return distribution;
  }

  /** Makes the name lead to the distribution, over IPv4 and IPv6. */
  #name(name: string, { domainName }: Distribution, hostedZoneId: string): readonly CfnRecordSet[] {
    return ['A', 'AAAA'].map(
      (type) =>
        new CfnRecordSet(this, `Record${type}`, {
          hostedZoneId,
          name,
          type,
          aliasTarget: { dnsName: domainName, hostedZoneId: CLOUDFRONT_ZONE },
        }),
    );
  }
}
