import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type AccessSetting, OPEN_ACCESS } from "../../../../src/http/access/access-setting.ts";
import { type Admitted, Guard, type Refused, type RouteAccess } from "../../../../src/http/access/guard.ts";
import { AddressSigner } from "../../../../src/http/access/signed-address.ts";
import { newClusterKey } from "../../../../src/keys/issue.ts";
import type { ClusterKey } from "../../../../src/keys/key-contents.ts";
import { type IssuedToken, newToken } from "../../../../src/keys/tokens/issue-token.ts";
import { DAY_MS } from "../../../../src/keys/validity.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import type { Rights } from "../../../../src/protocol/rights.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const signer = new AddressSigner("01".repeat(32));
const VERSION = "ab".repeat(32);

let clock: FakeClock;
let cluster: ClusterKey;
let guard: Guard;
let setting: AccessSetting;

beforeAll(async () => {
  cluster = await newClusterKey(new FakeClock().wall());
});

beforeEach(() => {
  clock = new FakeClock();
  setting = {
    trust: { authorities: [cluster.authority.pem], revocations: [] },
    tls: null,
    names: ["server1"],
    metricsOpen: false,
    addressKey: signer.publicKey,
  };
  guard = new Guard(clock, setting);
});

function issue(rights: Rights, days = 3): Promise<IssuedToken> {
  const file = { path: "my.key", contents: cluster };
  return newToken(file, { name: "ana", preset: "", rights, days }, clock.wall(), systemRandom);
}

interface Asked {
  readonly from?: string;
  readonly query?: string;
  readonly name?: string;
}

function ask(access: RouteAccess, token: string | null, { from = "192.0.2.1", query = "", name = "" }: Asked = {}) {
  const headers = new Headers(token === null ? {} : { authorization: `Bearer ${token}` });
  return guard.admit({ remoteHost: from, headers, query: new URLSearchParams(query), access, name });
}

const outcome = (answer: Admitted | Refused) => ("status" in answer ? answer.status : "in");
const asked = async (...args: Parameters<typeof ask>) => outcome(await ask(...args));

test("without keys everyone may do everything", async () => {
  guard = new Guard(clock, OPEN_ACCESS);
  for (const access of ["read", "write", "admin", "file", "metrics"] as const)
    expect(await asked(access, null)).toBe("in");
});

describe("with keys", () => {
  test("who has no token gets nothing over HTTPS but the request for one", async () => {
    for (const access of ["read", "write", "admin", "file", "metrics"] as const) {
      const answer = await ask(access, null);
      expect(answer).toMatchObject({
        status: 401,
        headers: { "www-authenticate": 'Basic realm="redes", charset="UTF-8"' },
      });
      expect(answer).not.toMatchObject({ isAttempt: true });
    }
  });

  test("who has a token does what its rights say, and no more", async () => {
    const may: Record<Rights, RouteAccess[]> = {
      read: ["read", "file", "metrics"],
      write: ["read", "file", "metrics", "write"],
      admin: ["read", "file", "metrics", "write", "admin"],
    };
    for (const rights of ["read", "write", "admin"] as const) {
      const { text } = await issue(rights);
      for (const access of ["read", "write", "admin", "file", "metrics"] as const) {
        const expected = may[rights].includes(access) ? "in" : 403;
        expect([rights, access, await asked(access, text)]).toEqual([rights, access, expected]);
      }
    }
    const answer = await ask("admin", (await issue("read")).text);
    expect(answer).toMatchObject({ reason: "this needs the right admin, and the token has read only" });
  });

  test("metrics and health are for everyone where the operator says so, and nothing else is", async () => {
    guard.use({ ...setting, metricsOpen: true });
    expect(await asked("metrics", null)).toBe("in");
    expect(await asked("read", null)).toBe(401);
  });

  test("a token that is known ends when it says, and when it is revoked", async () => {
    const [short, revoked] = [await issue("read", 1), await issue("read")];
    for (const { text } of [short, revoked]) expect(await asked("read", text)).toBe("in");
    guard.use({
      ...setting,
      trust: { authorities: [cluster.authority.pem], revocations: [{ fingerprint: revoked.claims.jti, until: 0 }] },
    });
    expect(await ask("read", revoked.text)).toMatchObject({ status: 401, reason: "the token is revoked" });
    expect(await asked("read", short.text)).toBe("in");
    clock.advance(DAY_MS + 6 * 60_000);
    expect(await ask("read", short.text)).toMatchObject({
      status: 401,
      reason: expect.stringContaining("the token has expired"),
      isAttempt: true,
    });
  });

  test("who shows what is wrong again and again must wait", async () => {
    const good = (await issue("read")).text;
    expect(await asked("read", good)).toBe("in");
    for (let count = 0; count < 20; count += 1) expect(await asked("read", "a.b.c")).toBe(401);
    const { text } = await issue("read");
    expect(await ask("read", text)).toMatchObject({ status: 429, headers: { "retry-after": "3" } });
    expect(await asked("read", good)).toBe("in");
    expect(await asked("read", text, { from: "192.0.2.2" })).toBe("in");
    clock.advance(3000);
    expect(await asked("read", text)).toBe("in");
  });
});

describe("a signed address", () => {
  const query = () => signer.queryFor("a b.mkv", VERSION, clock.wall());

  test("who has a signed address gets its file in its version, and nothing else", async () => {
    expect(await ask("file", null, { query: query(), name: "a b.mkv" })).toEqual({ by: null, version: VERSION });
    expect(await asked("file", null, { query: query(), name: "other.mkv" })).toBe(403);
    for (const access of ["read", "write", "admin", "metrics"] as const) {
      expect(await asked(access, null, { query: query(), name: "a b.mkv" })).toBe(401);
    }
  });

  test("goes before a token, which may be for another server, and after it where it is of no use", async () => {
    const good = (await issue("read")).text;
    expect(await ask("file", "a.b.c", { query: query(), name: "a b.mkv" })).toMatchObject({ version: VERSION });
    expect(await ask("file", good, { query: query(), name: "other.mkv" })).toMatchObject({ version: null });
    clock.advance(DAY_MS);
    expect(await asked("file", good, { query: signer.queryFor("a", VERSION, 0), name: "a" })).toBe("in");
  });

  test("who makes them up must wait; one that has expired is no such attempt", async () => {
    const old = signer.queryFor("a", VERSION, 0);
    const forged = query();
    for (let count = 0; count < 25; count += 1) expect(await asked("file", null, { query: old, name: "a" })).toBe(403);
    for (let count = 0; count < 20; count += 1) {
      expect(await ask("file", null, { query: forged, name: "x" })).toMatchObject({ status: 403, isAttempt: true });
    }
    expect(await asked("file", null, { query: query(), name: "a b.mkv" })).toBe(429);
  });
});

test("a page of another site is foreign, one of this server is not, and neither is a program", () => {
  const foreign = (headers: Record<string, string>) => guard.isForeign(new Headers(headers));
  expect(foreign({ host: "server1:8080" })).toBe(false);
  expect(foreign({ host: "server1:8080", origin: "https://server1:8080" })).toBe(false);
  expect(foreign({ host: "server1:8080", origin: "https://evil.example" })).toBe(true);
  expect(foreign({ host: "server1:8080", origin: "https://server1:8081" })).toBe(true);
  expect(foreign({ host: "server1:8080", origin: "null" })).toBe(true);
});
