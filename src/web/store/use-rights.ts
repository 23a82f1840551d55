import { useStore } from "./page-context.ts";
import type { PageState } from "./page-state.ts";

/** A client that serves has nothing done: only the central does that. */
const mayOrder = ({ session, cluster }: PageState) => session?.rights === "admin" && cluster?.role === "central";

/** What whoever looks at the page may do. */
export function useRights(): { readonly isAdmin: boolean } {
  return { isAdmin: useStore(mayOrder) };
}
