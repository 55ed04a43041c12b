import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { createTableGuard } from './table-shape.ts';

/** What must hold of the templates, or synth fails: cdk-nag's rules, and that no deploy replaces the table. */
export function addChecks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }), createTableGuard());
}
