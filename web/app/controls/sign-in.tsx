import { useId, useRef } from 'preact/hooks';
import { useParts } from '../parts.ts';

/** Asks for a reader's token, which is kept for this tab and sent in a header only. */
export function SignIn({ wasRefused }: { readonly wasRefused: boolean }) {
  const { session } = useParts();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    const token = input.current?.value.trim() ?? '';
    if (token === '') input.current?.focus();
    else session.signIn(token);
  };
  return (
    <form class="sign-in" aria-label="Sign in" onSubmit={submit}>
      <h1>Sign in</h1>
      <p>
        This podlapse asks for a reader’s token. An administrator makes one with{' '}
        <code>npm run admin -- token make --reader CLUSTER</code>.
      </p>
      {wasRefused ? (
        <p class="failure" role="alert">
          The API does not take this token: it may have been revoked, or have expired. Use another one.
        </p>
      ) : null}
      <label for={id}>Token</label>
      <input id={id} ref={input} type="password" autocomplete="off" spellcheck={false} required />
      <p class="quiet">It is kept until this tab is closed and never put into a link.</p>
      <button type="submit" class="primary">
        Sign in
      </button>
    </form>
  );
}
