import { beforeAll, describe, expect, test } from "bun:test";
import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import type { Identity } from "../../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../../src/keys/issue.ts";
import {
  type ClusterKey,
  type Credential,
  fingerprintOfKey,
  type KeyContents,
} from "../../../../src/keys/key-contents.ts";
import type { Trust } from "../../../../src/keys/key-ring.ts";
import { newToken, type TokenRequest } from "../../../../src/keys/tokens/issue-token.ts";
import { isTokenRevoked, readToken, type TokenHolder, verifyToken } from "../../../../src/keys/tokens/verify-token.ts";
import { Authorities } from "../../../../src/keys/trust/authorities.ts";
import { Revocations } from "../../../../src/keys/trust/revocations.ts";
import { validFor } from "../../../../src/keys/validity.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";
import { english } from "../../../../src/sentences/sentence.ts";
import { SentenceError } from "../../../../src/sentences/sentence-error.ts";

const NOW = Date.UTC(2030, 0, 1);
const MINUTE_MS = 60_000;
const REQUEST: TokenRequest = { name: null, preset: "me@here", rights: "read", days: 3 };

let cluster: ClusterKey;
let other: ClusterKey;
let [ana, admin, server]: Credential[] = [];

beforeAll(async () => {
  [cluster, other] = [await newClusterKey(NOW), await newClusterKey(NOW)];
  const credential = (identity: Identity) => newCredential(cluster, identity, validFor(10, NOW));
  ana = await credential({ role: "client", name: "ana", rights: "write" });
  admin = await credential({ role: "client", name: "root", rights: "admin" });
  server = await credential({ role: "secondary", number: 2 });
});

const trust = (...keys: ClusterKey[]): Trust => ({
  authorities: new Authorities(keys.map(({ authority }) => authority.pem)),
  revocations: new Revocations(),
});
const make = async (contents: KeyContents | undefined, request: Partial<TokenRequest> = {}) => {
  if (!contents) throw new Error("there is no such key");
  return newToken({ path: "my.key", contents }, { ...REQUEST, ...request }, NOW, systemRandom);
};
const text = async (...args: Parameters<typeof make>) => (await make(...args)).text;

async function holder(token: string, by = trust(cluster), now = NOW): Promise<TokenHolder> {
  const verified = await verifyToken(token, by, now);
  if ("reason" in verified) throw new SentenceError(verified.reason);
  return verified;
}
async function reason(token: string, by = trust(cluster), now = NOW): Promise<string> {
  const verified = await verifyToken(token, by, now);
  return "reason" in verified ? english(verified.reason) : "it is good";
}

/** A token with any header and claims, signed with any key: what newToken never makes. */
function forged(key: string, header: Record<string, unknown>, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", ...header }).sign(createPrivateKey(key));
}

describe("a token of the cluster key", () => {
  test("says who its holder is, what he may do and until when", async () => {
    const { text, claims } = await make(cluster, { name: "ñ, with a comma", rights: "admin" });
    expect(await holder(text)).toEqual({
      identity: { role: "client", name: "ñ, with a comma", rights: "admin" },
      fingerprint: claims.jti,
      signer: fingerprintOfKey(cluster),
      authority: fingerprintOfKey(cluster),
      until: NOW + 3 * DAY_MS,
    });
    expect(text.length).toBeLessThan(600);
    expect((await holder(await make(cluster).then((made) => made.text))).identity).toEqual({
      role: "client",
      name: "me@here",
      rights: "read",
    });
  });

  test("is good where its authority is one of several, and nowhere else", async () => {
    const token = await text(cluster);
    expect(await reason(token, trust(other, cluster))).toBe("it is good");
    expect(await reason(token, trust(other))).toBe("the token is from no key of this cluster");
  });

  test("has another fingerprint each time, by which it is revoked, as by that of the cluster key", async () => {
    const [first, second] = [await make(cluster), await make(cluster)];
    expect(first.claims.jti).not.toBe(second.claims.jti);
    for (const [fingerprint, other] of [
      [first.claims.jti, "it is good"],
      [fingerprintOfKey(cluster), "the token is revoked"],
    ] as const) {
      const by = trust(cluster);
      const before = await holder(first.text, by);
      expect(isTokenRevoked(before, by.revocations)).toBe(false);
      by.revocations.add([{ fingerprint, until: NOW + DAY_MS }]);
      expect(isTokenRevoked(before, by.revocations)).toBe(true);
      expect(await reason(first.text, by)).toBe("the token is revoked");
      expect(await reason(second.text, by)).toBe(other);
    }
  });

  test("ends when it says, for clocks that differ by five minutes too", async () => {
    const token = await text(cluster);
    const end = NOW + 3 * DAY_MS;
    expect(await reason(token, trust(cluster), end + 5 * MINUTE_MS)).toBe("it is good");
    expect(await reason(token, trust(cluster), end + 5 * MINUTE_MS + 1)).toBe("the token has expired on 2030-01-04");
    expect(await reason(token, trust(cluster), NOW - 60 * MINUTE_MS)).toBe("it is good");
  });
});

describe("a token of a client's credential", () => {
  test("is in its name and has at most its rights", async () => {
    const { identity, signer, authority } = await holder(await text(ana, { rights: "write" }));
    expect({ identity, signer, authority }).toEqual({
      identity: { role: "client", name: "ana", rights: "write" },
      signer: ana?.certificate.fingerprint ?? "",
      authority: fingerprintOfKey(cluster),
    });
    await expect(make(ana, { rights: "admin" })).rejects.toThrow(
      "my.key: it is the key of client ana (write), which cannot give the right admin",
    );
    await expect(make(ana, { name: "root" })).rejects.toThrow("which makes tokens in its own name alone");
    await expect(make(server)).rejects.toThrow("it is the key of secondary 2, with which no token is made");
    expect((await holder(await text(admin, { name: "ana", rights: "admin" }))).identity.name).toBe("ana");
  });

  test("ends with the credential, and is revoked with it and with the cluster key", async () => {
    const token = await text(ana, { days: 3650 });
    const end = ana?.certificate.notAfter ?? 0;
    expect((await holder(token)).until).toBe(end);
    expect(await reason(token, trust(cluster), end + 6 * MINUTE_MS)).toBe("the token has expired on 2030-01-11");
    for (const fingerprint of [ana?.certificate.fingerprint ?? "", fingerprintOfKey(cluster)]) {
      const by = trust(cluster);
      by.revocations.add([{ fingerprint, until: NOW + DAY_MS }]);
      expect(await reason(token, by)).toBe("the token is revoked");
    }
  });

  test("is refused where it says more than the credential may give", async () => {
    const claims = { sub: "ana", rights: "read", iat: NOW / 1000, exp: NOW / 1000 + 9, jti: "0".repeat(64) };
    const signed = (by: Credential | undefined, more: object) => {
      if (!by) throw new Error("there is no such key");
      const der = by.certificate.pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");
      return forged(by.key, { typ: "redes+jwt", x5c: [der] }, { ...claims, ...more });
    };
    const more = "the token says more than the credential that has signed it may give";
    expect(await reason(await signed(ana, {}))).toBe("it is good");
    expect(await reason(await signed(ana, { rights: "admin" }))).toBe(more);
    expect(await reason(await signed(ana, { sub: "root" }))).toBe(more);
    expect(await reason(await signed(server, {}))).toBe("secondary 2 makes no tokens");
    // It ends with the credential, whatever it says.
    const late = await signed(ana, { exp: NOW / 1000 + 1e9 });
    expect(await reason(late, trust(cluster), NOW + 11 * DAY_MS)).toStartWith("the token has expired on");
  });
});

describe("what is no token of the cluster", () => {
  const claims = { sub: "ana", rights: "admin", iat: NOW / 1000, exp: NOW / 1000 + 9, jti: "0".repeat(64) };
  const thumbprint = (key: ClusterKey) => ({
    typ: "redes+jwt",
    "x5t#S256": Buffer.from(key.authority.fingerprint, "hex").toString("base64url"),
  });

  test("another key under the name of the cluster's is found out, and a change of one character", async () => {
    const foreign = "the token is from no key of this cluster";
    expect(await reason(await forged(cluster.key, thumbprint(cluster), claims))).toBe("it is good");
    expect(await reason(await forged(other.key, thumbprint(cluster), claims))).toBe(foreign);
    const [header = "", payload = "", signature = ""] = (await text(cluster, { rights: "read" })).split(".");
    const changed = Buffer.from(payload, "base64url").toString().replace('"read"', '"admin"');
    const token = `${header}.${Buffer.from(changed).toString("base64url")}.${signature}`;
    expect(await reason(token)).toBe(foreign);
  });

  test("a certificate of another cluster, or one that signs itself, is none of this one's", async () => {
    const stranger = await newCredential(other, { role: "client", name: "ana", rights: "admin" }, validFor(9, NOW));
    expect(await reason(await text(stranger))).toBe("the token is from no key of this cluster");
    const authority = cluster.authority.pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");
    const own = await forged(cluster.key, { typ: "redes+jwt", x5c: [authority] }, claims);
    expect(await reason(own)).toBe("the token is from no key of this cluster");
  });

  test("whatever cannot be read is refused, and never repeated", async () => {
    const good = await text(cluster);
    const [header = "", payload = "", signature = ""] = good.split(".");
    const unsigned = `${Buffer.from(JSON.stringify({ ...thumbprint(cluster), alg: "none" })).toString("base64url")}.${payload}.`;
    const unreadable = [
      "",
      "x",
      "..",
      "a.b.c",
      `${header}.${payload}`,
      `${good}.${signature}`,
      unsigned,
      good.padEnd(9000, "A"),
      await forged(cluster.key, { ...thumbprint(cluster), typ: "JWT" }, claims),
      await forged(cluster.key, { typ: "redes+jwt" }, claims),
      await forged(cluster.key, { typ: "redes+jwt", x5c: [] }, claims),
      await forged(cluster.key, { typ: "redes+jwt", x5c: ["AAAA"] }, claims),
      await forged(cluster.key, thumbprint(cluster), { ...claims, rights: "root" }),
      await forged(cluster.key, thumbprint(cluster), { ...claims, exp: undefined }),
      await forged(cluster.key, thumbprint(cluster), { ...claims, jti: "x" }),
    ];
    for (const token of unreadable) expect([token, await reason(token)]).toEqual([token, "the token cannot be read"]);
  });
});

test("a token tells what it is without any key", async () => {
  const { text, claims } = await make(ana);
  expect(await readToken(text)).toEqual({ claims, signer: ana?.certificate.fingerprint ?? "" });
  const own = await make(cluster);
  expect(await readToken(own.text)).toEqual({ claims: own.claims, signer: fingerprintOfKey(cluster) });
  expect(await readToken("a.b.c")).toBeNull();
});
