import { createContext } from "preact";
import { useContext, useLayoutEffect, useState } from "preact/hooks";
import type { ApiClient } from "../api/api-client.ts";
import type { PageClock } from "../api/page-clock.ts";
import type { LiveFeed } from "./live-feed.ts";
import type { PageState } from "./page-state.ts";
import type { Store } from "./store.ts";
import type { BrowserUploads } from "./uploads/browser-uploads.ts";

/** What every part of the page works with. */
export interface PageParts {
  readonly store: Store;
  readonly api: ApiClient;
  readonly feed: LiveFeed;
  readonly clock: PageClock;
  readonly uploads: BrowserUploads;
  /** Of the server, as the page itself says, before the server has told anything. */
  readonly role: "central" | "client";
}

export const PageContext = createContext<PageParts | null>(null);

export function usePage(): PageParts {
  const page = useContext(PageContext);
  if (!page) throw new Error("there is no page around this");
  return page;
}

/**
 * A part of what the page knows; whoever uses it is shown again when that part changes. `select` gives the same object for
 * the same state: what is computed of several parts is computed by whoever shows it.
 */
export function useStore<T>(select: (state: PageState) => T): T {
  const { store } = usePage();
  const selected = select(store.state);
  const [, show] = useState<{ readonly value: T }>({ value: selected });
  useLayoutEffect(() => {
    const update = () => {
      const value = select(store.state);
      show((shown) => (Object.is(shown.value, value) ? shown : { value }));
    };
    update();
    return store.subscribe(update);
  }, [store, select]);
  return selected;
}
