import { expect, test } from "bun:test";
import { OPENAPI_PATH } from "../../../../src/http/api/api-routes.ts";
import { centralSite } from "../../../../src/http/central/site.ts";
import { Questions } from "../../../../src/http/thread/questions.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

test("each path under /api/ is in the OpenAPI document, and each of the document has a route", async () => {
  const { routes } = centralSite(new Questions(() => {}), { clock: new FakeClock() });
  const described = routes.find(({ path }) => path === OPENAPI_PATH);
  const raw = new Request(`http://localhost${OPENAPI_PATH}`);
  const query = new URLSearchParams();
  const shown = {
    raw,
    method: "GET",
    rest: "",
    query,
    remoteHost: "h",
    by: null,
    version: null,
    keepOpen: () => ({ release() {}, cut() {} }),
  } as const;
  const document = (await (await described?.handle(shown))?.json()) as { openapi: string; paths: object };
  expect(document.openapi).toBe("3.1.0");
  const paths = Object.keys(document.paths).map((path) => path.replace("{name}", "*"));
  const others = routes.map(({ path }) => path).filter((path) => path.startsWith("/api/") && path !== OPENAPI_PATH);
  expect(others.sort()).toEqual(paths.sort());
});
