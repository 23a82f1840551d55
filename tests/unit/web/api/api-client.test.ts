import { expect, test } from "bun:test";
import { ApiClient } from "../../../../src/web/api/api-client.ts";
import { type ApiFailureKind, mayPass } from "../../../../src/web/api/api-result.ts";

function clientThat(answer: (path: string, init: RequestInit) => Response | Promise<Response>) {
  const asked: string[] = [];
  const client = new ApiClient(async (path, init) => {
    asked.push(path);
    return answer(path, init);
  });
  return { client, asked };
}

test("what is not said is not in the address, and names have their escapes", async () => {
  const { client, asked } = clientThat(() => Response.json({}));
  await client.files({ search: "", folder: "a b", sort: "size", limit: 50 });
  await client.file("año 1/50%?.mkv");
  await client.status();
  expect(asked).toEqual([
    "/api/v1/files?folder=a+b&sort=size&limit=50",
    "/api/v1/files/a%C3%B1o%201/50%25%3F.mkv",
    "/api/v1/status",
  ]);
});

test("a name that leads to something else of the server is asked for nowhere, and nothing is removed by it", async () => {
  const { client, asked } = clientThat(() => Response.json({}));
  for (const name of ["../status", "a/../../secondaries/1", "..", ".", "a/./b", "a/.."]) {
    for (const answer of [client.file(name), client.folder(name, {}), client.remove(name)]) {
      expect(await answer).toEqual({ ok: false, failure: { kind: "name", status: 404, message: "" } });
    }
  }
  expect(asked).toEqual([]);
  await client.file("...a/b..c/%2e%2e");
  expect(asked).toEqual(["/api/v1/files/...a/b..c/%252e%252e"]);
});

test.each([
  [401, "token"],
  [403, "rights"],
  [404, "refused"],
  [503, "refused"],
] as const)("a response with %d is a failure of the kind %s, in the words of the server", async (status, kind) => {
  const { client } = clientThat(() => Response.json({ error: { code: "x", message: "that is why" } }, { status }));
  expect(await client.status()).toEqual({ ok: false, failure: { kind, status, message: "that is why" } });
});

test("a refusal that is not the server's is told by its status alone", async () => {
  const { client } = clientThat(() => new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
  expect(await client.status()).toMatchObject({
    ok: false,
    failure: { kind: "unexplained", status: 502, message: "" },
  });
});

test("nobody answers, and nobody wants the answer any more", async () => {
  const away = clientThat(() => Promise.reject(new TypeError("Failed to fetch")));
  expect(await away.client.status()).toMatchObject({ ok: false, failure: { kind: "unreachable", status: null } });
  const stop = new AbortController();
  const slow = clientThat(
    (_, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error))),
  );
  const answer = slow.client.files({}, stop.signal);
  stop.abort();
  expect(await answer).toMatchObject({ ok: false, failure: { kind: "aborted" } });
});

test("what was asked for wrongly is not asked for again, and all else may be", () => {
  const again = (kind: ApiFailureKind, status: number | null) => mayPass({ kind, status });
  expect([again("name", 404), again("refused", 400), again("unexplained", 400)]).toEqual([false, false, false]);
  for (const [kind, status] of [
    ["unreachable", null],
    ["rights", 403],
    ["refused", 409],
    ["unexplained", 502],
  ] as const)
    expect(again(kind, status)).toBe(true);
});
