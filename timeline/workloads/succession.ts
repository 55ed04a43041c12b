import type { PodLife } from './pod-life.ts';

/** How the workload went on after one of its pods left. */
export type Succession =
  /** Its controller made up for it at once, so as many pods of this revision were wanted as before. */
  | { readonly how: 'made-up'; readonly to: PodLife }
  /** A pod of another revision took its place; undefined where the other revision had its pods already. */
  | { readonly how: 'other-revision'; readonly to: PodLife | undefined }
  /** Another came, but not at once: in between none was wanted, if it is of the same controller. */
  | { readonly how: 'later'; readonly to: PodLife; readonly ofOneOwner: boolean }
  /** Its controller was deleted and made anew under the same name. */
  | { readonly how: 'remade'; readonly to: PodLife }
  /** No controller makes up for it: somebody made another pod of the same name. */
  | { readonly how: 'by-hand'; readonly to: PodLife }
  /** None came, while others of its revision stayed, or came later: fewer were wanted. */
  | { readonly how: 'fewer' }
  /** None came, and none was there any more: the workload had none left, or is no more. */
  | { readonly how: 'none-left' }
  /** It was not watched long enough to tell. */
  | { readonly how: 'not-seen' };
