import { useEffect } from "preact/hooks";
import { navigate, useRoute } from "../../../routing/use-route.ts";
import { usePage } from "../../../store/page-context.ts";

/** Attempts that the policy blocks, one after the other, before the page is loaded again: the next one may come from elsewhere. */
const MAX_BLOCKED_ATTEMPTS = 2;
/** Milliseconds within which it is not loaded again: a policy that never names that secondary would have it do so for ever. */
const BETWEEN_RELOADS_MS = 60_000;
const LAST_RELOAD = "redes-reloaded-for-policy";

/**
 * The policy of a page names the secondaries that there were when it was loaded, so nothing plays from one that has come
 * since. Then the page is loaded again, and goes on where it was: its policy is new, and its address says what it shows.
 * `position`: how far it has played, in seconds.
 */
export function useNewerPolicy(position: () => number): void {
  const route = useRoute();
  const { clock } = usePage();
  useEffect(() => {
    let blocked = 0;
    const violated = ({ effectiveDirective }: SecurityPolicyViolationEvent) => {
      if (effectiveDirective !== "media-src") return;
      blocked += 1;
      const now = clock.wall();
      const last = Number(sessionStorage.getItem(LAST_RELOAD) ?? 0);
      if (blocked < MAX_BLOCKED_ATTEMPTS || now - last < BETWEEN_RELOADS_MS) return;
      sessionStorage.setItem(LAST_RELOAD, String(now));
      navigate({ ...route, query: { ...route.query, at: position().toFixed(1) } }, { replace: true });
      location.reload();
    };
    document.addEventListener("securitypolicyviolation", violated);
    return () => document.removeEventListener("securitypolicyviolation", violated);
  }, []);
}

/** Where to begin, in seconds: where a page that was loaded again has been. */
export function useFirstPosition(): number {
  const position = Number(useRoute().query.at ?? 0);
  return Number.isFinite(position) ? Math.max(0, position) : 0;
}
