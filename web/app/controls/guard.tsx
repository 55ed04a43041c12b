import { Component, type ComponentChildren } from 'preact';
import { Failure } from './states.tsx';

/** Shows a fault in the drawing of what is inside instead of an empty page. */
export class Guard extends Component<
  { readonly children: ComponentChildren },
  { error?: Error | undefined }
> {
  static override getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Failure error={error} onRetry={() => this.setState({ error: undefined })} />;
  }
}
