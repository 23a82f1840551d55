import { beforeAll, expect, test } from "bun:test";
import { summaryOf, summaryText } from "../../../../src/cli/key/summary.ts";
import type { Identity } from "../../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../../src/keys/issue.ts";
import type { ClusterKey } from "../../../../src/keys/key-contents.ts";
import { validFor } from "../../../../src/keys/validity.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";

const NOW = Date.UTC(2030, 0, 1);
let cluster: ClusterKey;

beforeAll(async () => {
  cluster = await newClusterKey(NOW);
});

const credential = (identity: Identity, days = 30) => newCredential(cluster, identity, validFor(days, NOW));

test("a cluster key serves every role", () => {
  const { fingerprint } = cluster.authority;
  const summary = summaryOf(cluster, NOW);
  expect(summary).toEqual({
    kind: "cluster",
    from: "2029-12-31T23:50:00.000Z",
    until: "2059-12-25T00:00:00.000Z",
    daysLeft: 30 * 365,
    state: "valid",
    fingerprint,
    authority: fingerprint,
  });
  expect(summaryText(summary).split("\n")).toEqual([
    "what         cluster key, for every role",
    "from         2029-12-31T23:50:00.000Z",
    "until        2059-12-25T00:00:00.000Z (10950 days left)",
    `fingerprint  ${fingerprint}`,
  ]);
});

test.each<[Identity, string]>([
  [{ role: "central" }, "credential, for the central"],
  [{ role: "secondary", number: 2 }, "credential, for secondary 2"],
])("a credential says that it is for %o", async (identity, what) => {
  const contents = await credential(identity);
  const summary = summaryOf(contents, NOW);
  const { fingerprint } = contents.certificate;
  expect(summary).toMatchObject({ kind: "credential", ...identity, daysLeft: 30, state: "valid", fingerprint });
  expect(summaryText(summary).split("\n")).toEqual([
    `what         ${what}`,
    "from         2029-12-31T23:50:00.000Z",
    "until        2030-01-31T00:00:00.000Z (30 days left)",
    `fingerprint  ${fingerprint}`,
    `authority    ${cluster.authority.fingerprint}`,
  ]);
});

test("a client's has a name, which does nothing to the terminal, and rights", async () => {
  const name = "ana\u202e";
  const summary = summaryOf(await credential({ role: "client", name, rights: "write" }), NOW);
  expect(summary).toMatchObject({ role: "client", name, rights: "write" });
  expect(summaryText(summary).split("\n").slice(0, 2)).toEqual([
    "what         credential, for client ana\ufffd",
    "rights       write",
  ]);
});

test.each([
  [-DAY_MS, "not-yet", 31, "(31 days left, and cannot be used yet)"],
  [23 * DAY_MS, "valid", 7, "(7 days left)"],
  [23 * DAY_MS + 1, "near-end", 6, "(6 days left: make a new one soon)"],
  [29 * DAY_MS, "near-end", 1, "(1 day left: make a new one soon)"],
  [30 * DAY_MS, "near-end", 0, "(0 days left: make a new one soon)"],
  [30 * DAY_MS + 1, "expired", -1, "(expired)"],
] as const)("after %d ms it is %s", async (after, state, daysLeft, told) => {
  const summary = summaryOf(await credential({ role: "central" }), NOW + after);
  expect(summary).toMatchObject({ state, daysLeft });
  expect(summaryText(summary)).toContain(`until        2030-01-31T00:00:00.000Z ${told}\n`);
});

test("nothing of the private key is in it", async () => {
  const contents = await credential({ role: "central" });
  const secret = contents.key.split("\n")[1] ?? "";
  expect(secret.length).toBeGreaterThan(40);
  const told = JSON.stringify(summaryOf(contents, NOW)) + summaryText(summaryOf(contents, NOW));
  for (let at = 0; at + 12 <= secret.length; at++) expect(told).not.toContain(secret.slice(at, at + 12));
});
