import type { Route } from "../server/router.ts";

/** What a role serves. */
export interface HttpSite {
  readonly routes: readonly Route[];
  /** The main thread tells of a change. */
  notice(notice: unknown): void;
}
