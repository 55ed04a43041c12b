import { beforeAll, describe, expect, it } from 'vitest';
import { type SynthesizedStack, synthStack } from '../support/stack.ts';

const CERTIFICATE = 'arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab';
const WEB_ACL = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/podlapse/1234abcd-12ab';

describe('the front with a domain name', () => {
  let synthesized: SynthesizedStack;
  beforeAll(() => {
    synthesized = synthStack({
      domainName: 'podlapse.example.com',
      certificateArn: CERTIFICATE,
      hostedZoneId: 'Z0123456789',
      webAclArn: WEB_ACL,
    });
  });

  it('is CloudFront over HTTPS alone, which keeps nothing and passes every method on', () => {
    const [distribution] = synthesized.ofType('AWS::CloudFront::Distribution');
    expect(distribution?.Properties['DistributionConfig']).toMatchObject({
      Aliases: ['podlapse.example.com'],
      WebACLId: WEB_ACL,
      ViewerCertificate: { AcmCertificateArn: CERTIFICATE, MinimumProtocolVersion: 'TLSv1.2_2021' },
      DefaultCacheBehavior: {
        ViewerProtocolPolicy: 'https-only',
        AllowedMethods: expect.arrayContaining(['POST', 'PUT', 'DELETE']),
        // Managed-CachingDisabled and Managed-AllViewerExceptHostHeader.
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      },
      Origins: [{ CustomOriginConfig: { OriginProtocolPolicy: 'https-only' } }],
    });
  });

  it('is found by its name over IPv4 and IPv6', () => {
    const records = synthesized.ofType('AWS::Route53::RecordSet').map(({ Properties }) => Properties);
    expect(records).toMatchObject([
      { Name: 'podlapse.example.com', Type: 'A', HostedZoneId: 'Z0123456789' },
      { Name: 'podlapse.example.com', Type: 'AAAA', HostedZoneId: 'Z0123456789' },
    ]);
  });

  it('is where agents and readers are sent; the function’s own URL is told, too', () => {
    const outputs = synthesized.template.toJSON()['Outputs'];
    expect(outputs['ApiUrl'].Value).toBe('https://podlapse.example.com');
    expect(JSON.parse(outputs['HelmValues'].Value)).toEqual({ api: { url: 'https://podlapse.example.com' } });
    expect(outputs).toHaveProperty('FunctionUrl');
  });

  it('leaves the name to you without a hosted zone', () => {
    const { ofType, template } = synthStack({
      domainName: 'podlapse.example.com',
      certificateArn: CERTIFICATE,
    });
    expect(ofType('AWS::Route53::RecordSet')).toEqual([]);
    expect(template.toJSON()['Outputs']).toHaveProperty('DistributionDomainName');
  });
});
