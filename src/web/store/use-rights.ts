import { useStore } from "./page-context.ts";
import type { PageState } from "./page-state.ts";

/** A client that serves has nothing done: only the central does that. */
const mayOrder = ({ session, cluster }: PageState) => session?.rights === "admin" && cluster?.role === "central";

const mayPut = ({ session }: PageState) => session?.rights === "admin" || session?.rights === "write";

/** What whoever looks at the page may do. `mayPut`: bring files into the cluster. */
export function useRights(): { readonly isAdmin: boolean; readonly mayPut: boolean } {
  return { isAdmin: useStore(mayOrder), mayPut: useStore(mayPut) };
}
