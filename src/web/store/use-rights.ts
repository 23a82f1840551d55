import { useStore } from "./page-context.ts";
import type { PageState } from "./page-state.ts";

const rightsOf = (state: PageState) => state.session?.rights ?? null;

/** What whoever looks at the page may do. */
export function useRights(): { readonly isAdmin: boolean } {
  return { isAdmin: useStore(rightsOf) === "admin" };
}
