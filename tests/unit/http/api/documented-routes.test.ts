import { expect, test } from "bun:test";
import { OPENAPI_PATH } from "../../../../src/http/api/api-routes.ts";
import { centralSite } from "../../../../src/http/central/site.ts";
import { clientSite } from "../../../../src/http/client/site.ts";
import { secondarySite } from "../../../../src/http/secondary/site.ts";
import type { Route } from "../../../../src/http/server/router.ts";
import { Questions } from "../../../../src/http/thread/questions.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { requestFor } from "../request.ts";

const deps = { clock: new FakeClock(), disk: systemDisk, blocking: systemBlockingDisk };
const questions = new Questions(() => {});
const sites = [
  ["central", centralSite(questions, deps).routes],
  ["secondary", secondarySite(questions, deps).routes],
  ["client", clientSite(questions, deps).routes],
] as const;

const apiOf = (routes: readonly Route[]) => routes.filter(({ path }) => path.startsWith("/api/"));

test.each(sites)(
  "each path of a %s under /api/ is in its OpenAPI document, and the other way round",
  async (_, routes) => {
    const described = routes.find(({ path }) => path === OPENAPI_PATH);
    const document = (await (await described?.handle(requestFor("")))?.json()) as {
      openapi: string;
      paths: Record<string, object>;
    };
    expect(document.openapi).toBe("3.1.0");
    const paths = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace("{name}", "*")}`),
    );
    const others = apiOf(routes).flatMap(({ path, methods }) =>
      path === OPENAPI_PATH ? [] : methods.filter((method) => method !== "HEAD").map((method) => `${method} ${path}`),
    );
    expect(others.sort()).toEqual(paths.sort());
  },
);

test.each(sites)("what a %s tells programs and those who watch needs a right", (_, routes) => {
  const watched = routes.filter(({ path }) => path === "/events");
  for (const { access, path, methods } of [...apiOf(routes), ...watched]) {
    const changes = methods.some((method) => method !== "GET" && method !== "HEAD");
    const puts = methods.includes("PUT") || path.startsWith("/api/v1/uploads/");
    const needed = puts ? "write" : changes ? "admin" : "read";
    expect([path, access]).toEqual([path, path === "/api/v1/session" ? "anyone" : needed]);
  }
  const measured = routes.filter(({ path }) => ["/metrics", "/healthz", "/readyz"].includes(path));
  expect(measured.map(({ access }) => access)).toEqual(["metrics", "metrics", "metrics"]);
});
