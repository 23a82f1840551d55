import { jsonResponse } from "../server/responses.ts";
import type { Route } from "../server/router.ts";
import { type ApiSite, type DescribedPath, openApi } from "./openapi.ts";
import { type Operation, routeOf } from "./operation.ts";

/** Where the document is that describes all others. */
export const OPENAPI_PATH = "/api/v1/openapi.json";

/** The routes of a site's interface for programs, and that of its OpenAPI document. `others`: paths that are in it, and have routes elsewhere. */
export function apiRoutes(
  site: ApiSite,
  operations: readonly Operation[],
  others: readonly DescribedPath[] = [],
): readonly Route[] {
  let document: Promise<object> | null = null;
  const described: Route = {
    methods: ["GET", "HEAD"],
    path: OPENAPI_PATH,
    access: "read",
    async handle() {
      document ??= openApi(site, operations, others);
      return jsonResponse(await document);
    },
  };
  return [described, ...operations.map(routeOf)];
}
