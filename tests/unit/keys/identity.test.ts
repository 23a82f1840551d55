import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { describeIdentity, type Identity, identityFromUri, serverNameOf, uriOf } from "../../../src/keys/identity.ts";
import { clientName } from "../../../src/protocol/fields.ts";
import { RIGHTS } from "../../../src/protocol/rights.ts";

const IDENTITIES: [identity: Identity, uri: string][] = [
  [{ role: "central" }, "redes:central"],
  [{ role: "secondary", number: 1 }, "redes:secondary/1"],
  [{ role: "secondary", number: 65_535 }, "redes:secondary/65535"],
  [{ role: "client", name: "ana@host", rights: "read" }, "redes:client/ana%40host?rights=read"],
  [{ role: "client", name: "a/b?rights=admin", rights: "write" }, "redes:client/a%2Fb%3Frights%3Dadmin?rights=write"],
  [
    { role: "client", name: "ñ, 'x' (!*)", rights: "admin" },
    "redes:client/%C3%B1%2C%20%27x%27%20%28%21%2A%29?rights=admin",
  ],
];

test.each(IDENTITIES)("%o is written as %s, and read back", (identity, uri) => {
  expect(uriOf(identity)).toBe(uri);
  expect(identityFromUri(uri)).toEqual(identity);
});

test("any name of a client comes back, from characters that no list of names takes for its own", () => {
  const names = fc.string({ unit: "binary", minLength: 1, maxLength: 100 }).filter((name) => v.is(clientName, name));
  fc.assert(
    fc.property(names, fc.constantFrom(...RIGHTS), (name, rights) => {
      const identity: Identity = { role: "client", name, rights };
      expect(uriOf(identity)).toMatch(/^[A-Za-z0-9:/?=._~%-]+$/);
      expect(identityFromUri(uriOf(identity))).toEqual(identity);
    }),
  );
});

describe("nothing else is an identity", () => {
  test.each([
    "",
    "redes:",
    "redes:central ",
    "redes:Central",
    "REDES:central",
    "redes:central/1",
    "redes:central\n",
    "redes:secondary",
    "redes:secondary/",
    "redes:secondary/0",
    "redes:secondary/01",
    "redes:secondary/+1",
    "redes:secondary/1.0",
    "redes:secondary/65536",
    "redes:secondary/1,2",
    "redes:client/",
    "redes:client/?rights=read",
    "redes:client/a",
    "redes:client/a?rights=",
    "redes:client/a?rights=root",
    "redes:client/a?rights=Read",
    "redes:client/a?rights=read&rights=admin",
    "redes:client/a?rights=toString",
    "redes:client/a b?rights=read",
    "redes:client/a%0Ab?rights=read",
    "redes:client/a%?rights=read",
    "redes:client/%ff?rights=read",
    "redes:client/%c3%b1?rights=read",
    "redes:client/%61?rights=read",
    `redes:client/${"a".repeat(101)}?rights=read`,
    "redes:console",
    "https://redes/central",
  ])("%j", (uri) => {
    expect(identityFromUri(uri)).toBeNull();
  });
});

test("only servers have a name in TLS, each its own", () => {
  expect(IDENTITIES.map(([identity]) => serverNameOf(identity))).toEqual([
    "central.redes.internal",
    "secondary-1.redes.internal",
    "secondary-65535.redes.internal",
    null,
    null,
    null,
  ]);
});

test("identities are told in words", () => {
  const words = IDENTITIES.slice(0, 4).map(([identity]) => describeIdentity(identity));
  expect(words).toEqual(["the central", "secondary 1", "secondary 65535", "client ana@host (read)"]);
});
