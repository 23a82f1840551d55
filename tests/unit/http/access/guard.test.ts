import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type AccessSetting, OPEN_ACCESS } from "../../../../src/http/access/access-setting.ts";
import { type Admitted, Guard, type Refused, type RouteAccess } from "../../../../src/http/access/guard.ts";
import { AddressSigner } from "../../../../src/http/access/signed-address.ts";
import { newClusterKey } from "../../../../src/keys/issue.ts";
import type { ClusterKey } from "../../../../src/keys/key-contents.ts";
import { type IssuedToken, newToken } from "../../../../src/keys/tokens/issue-token.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";
import type { Rights } from "../../../../src/protocol/rights.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { inEnglish } from "../../../support/in-english.ts";

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
  const none = { changes: false, session: null };
  return guard.admit({ remoteHost: from, headers, query: new URLSearchParams(query), access, name, ...none });
}

const outcome = (answer: Admitted | Refused) => ("status" in answer ? answer.status : "in");
const asked = async (...args: Parameters<typeof ask>) => outcome(await ask(...args));

test("without keys everyone may read, and who is at this machine may do everything", async () => {
  guard = new Guard(clock, OPEN_ACCESS);
  for (const access of ["read", "file", "metrics", "anyone"] as const) {
    expect(await ask(access, null)).toEqual({ by: null, version: null, rights: "read" });
  }
  for (const access of ["write", "admin"] as const) expect(await asked(access, null)).toBe(403);
  for (const from of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
    expect(await ask("admin", null, { from })).toEqual({ by: null, version: null, rights: "admin" });
  }
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
    expect(inEnglish(answer)).toMatchObject({ reason: "this needs the right admin, and the token has read only" });
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
    expect(inEnglish(await ask("read", revoked.text))).toMatchObject({ status: 401, reason: "the token is revoked" });
    expect(await asked("read", short.text)).toBe("in");
    clock.advance(DAY_MS + 6 * 60_000);
    expect(inEnglish(await ask("read", short.text))).toMatchObject({
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

  test("who shows a token that was good before it expired must wait as well", async () => {
    const { text } = await issue("read", 1);
    expect(await asked("read", text)).toBe("in");
    clock.advance(DAY_MS + 6 * 60_000);
    for (let count = 0; count < 20; count += 1) expect(await asked("read", text)).toBe(401);
    expect(await asked("read", text)).toBe(429);
  });
});

describe("a signed address", () => {
  const query = () => signer.queryFor("a b.mkv", VERSION, clock.wall());

  test("who has a signed address gets its file in its version, and nothing else", async () => {
    expect(await ask("file", null, { query: query(), name: "a b.mkv" })).toMatchObject({ by: null, version: VERSION });
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

describe("a session", () => {
  /** What a browser sends of itself with a request of a page of this server. */
  const OWN_PAGE = { host: "server1:8080", origin: "http://server1:8080", "sec-fetch-site": "same-origin" };

  function asks(
    session: string | null,
    access: RouteAccess,
    changes = false,
    headers: Record<string, string> = OWN_PAGE,
  ) {
    const query = new URLSearchParams();
    return guard.admit({
      remoteHost: "192.0.2.1",
      headers: new Headers(headers),
      query,
      access,
      name: "",
      changes,
      session,
    });
  }

  async function logIn(token: string): Promise<string> {
    const begun = await guard.logIn(token, { remoteHost: "192.0.2.1", headers: new Headers() });
    if (!begun || "status" in begun) throw new Error("nobody is let in");
    return begun.id;
  }

  test("stands for the token, with its rights, until it is ended", async () => {
    const id = await logIn((await issue("write")).text);
    expect(await asks(id, "read")).toMatchObject({ rights: "write", by: { identity: { name: "ana" } } });
    expect(outcome(await asks(id, "write", true))).toBe("in");
    expect(await asks(id, "admin", true)).toMatchObject({ status: 403 });
    guard.logOut(id);
    expect(outcome(await asks(id, "read"))).toBe(401);
    expect(await asks(id, "anyone")).toEqual({ by: null, version: null, rights: null });
  });

  test("ends with its token, and when that is revoked or its cluster is not believed any more", async () => {
    const { text, claims } = await issue("admin", 1);
    const [one, other, third] = [await logIn(text), await logIn((await issue("read", 30)).text), await logIn(text)];
    clock.advance(6 * DAY_MS);
    expect([outcome(await asks(one, "read")), outcome(await asks(other, "read"))]).toEqual([401, "in"]);
    clock.advance(DAY_MS);
    expect(outcome(await asks(other, "read"))).toBe(401);
    guard.use({
      ...setting,
      trust: { authorities: [cluster.authority.pem], revocations: [{ fingerprint: claims.jti, until: 0 }] },
    });
    expect(outcome(await asks(third, "read"))).toBe(401);
  });

  test("changes something for a page of this server alone, however the browser says whose it is", async () => {
    const id = await logIn((await issue("admin")).text);
    const { host } = OWN_PAGE;
    const changed = (headers: Record<string, string>) => asks(id, "admin", true, { host, ...headers }).then(outcome);
    expect(await changed({ origin: OWN_PAGE.origin })).toBe("in");
    expect(await changed({ "sec-fetch-site": "same-origin" })).toBe("in");
    for (const headers of [
      {},
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://server1:8081" },
      { "sec-fetch-site": "none" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site", origin: OWN_PAGE.origin },
    ])
      expect(await changed(headers)).toBe(403);
  });

  test("is no attempt where it is over, and a wrong token is one", async () => {
    for (let count = 0; count < 30; count += 1) expect(outcome(await asks("made up", "read"))).toBe(401);
    const from = { remoteHost: "192.0.2.1", headers: new Headers() };
    for (let count = 0; count < 20; count += 1)
      expect(await guard.logIn("a.b.c", from)).toMatchObject({ status: 401, isAttempt: true });
    expect(await guard.logIn("a.b.c", from)).toMatchObject({ status: 429 });
  });

  test("a script that shows nothing is not asked for a password by its browser", async () => {
    const asking = async (mode: string) => {
      const answer = await asks(null, "read", false, { ...OWN_PAGE, "sec-fetch-mode": mode });
      return "status" in answer ? answer.headers?.["www-authenticate"] : null;
    };
    expect([await asking("cors"), await asking("navigate")]).toEqual([
      'Bearer realm="redes"',
      'Basic realm="redes", charset="UTF-8"',
    ]);
  });

  test("nobody needs one where there are no keys", async () => {
    guard = new Guard(clock, OPEN_ACCESS);
    expect(await guard.logIn("a.b.c", { remoteHost: "192.0.2.1", headers: new Headers() })).toBeNull();
  });
});
