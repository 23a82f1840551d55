import { useEffect, useState } from "preact/hooks";
import { addressOf, type PageRoute, parseRoute } from "./route.ts";

/** What the page shows now, by its address. */
export function useRoute(): PageRoute {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    addEventListener(REPLACED, changed);
    return () => {
      removeEventListener("hashchange", changed);
      removeEventListener(REPLACED, changed);
    };
  }, []);
  return parseRoute(hash);
}

/** The browser tells of no address that a page has replaced itself. */
const REPLACED = "redes-route-replaced";

/** Shows something else. `replace`: the way back does not lead to what was shown until now. */
export function navigate(route: PageRoute, { replace = false } = {}): void {
  const address = addressOf(route);
  if (address === location.hash) return;
  if (!replace) {
    location.hash = address;
    return;
  }
  history.replaceState(history.state, "", address);
  dispatchEvent(new Event(REPLACED));
}
