import { expect, test } from "bun:test";
import { type Revocation, Revocations } from "../../../../src/keys/trust/revocations.ts";
import { MAX_REVOCATIONS } from "../../../../src/protocol/limits.ts";

const fingerprint = (index: number) => index.toString(16).padStart(64, "0");
const revoked = (index: number, until = 1000): Revocation => ({ fingerprint: fingerprint(index), until });

test("a key is revoked by its own fingerprint, and by that of the cluster key that it comes from", () => {
  const revocations = new Revocations();
  revocations.add([revoked(1)]);
  const has = (own: number, authority: number) =>
    revocations.has({ fingerprint: fingerprint(own), authority: fingerprint(authority) });
  expect([has(1, 2), has(2, 1), has(1, 1), has(2, 3)]).toEqual([true, true, true, false]);
});

test("whoever listens hears of each once, until he does not want to any more", () => {
  const revocations = new Revocations();
  const heard: string[][] = [];
  const cancel = revocations.onAdded((added) => heard.push(added.map((one) => one.fingerprint)));
  revocations.add([revoked(1), revoked(2)]);
  revocations.add([revoked(2)]);
  revocations.add([revoked(2), revoked(3)]);
  cancel();
  revocations.add([revoked(4)]);
  expect(heard).toEqual([[fingerprint(1), fingerprint(2)], [fingerprint(3)]]);
  expect(revocations.all).toHaveLength(4);
});

test("however many come, no more are kept than may be, and those whose keys end last", () => {
  const revocations = new Revocations();
  for (let index = 0; index < MAX_REVOCATIONS + 5; index++) revocations.add([revoked(index, 10_000 - index)]);
  expect(revocations.all).toHaveLength(MAX_REVOCATIONS);
  // Each of those that came late ended before all others.
  expect(revocations.all.at(-1)).toEqual(revoked(MAX_REVOCATIONS - 1, 10_001 - MAX_REVOCATIONS));
  revocations.add([revoked(20_000, 20_000)]);
  expect(revocations.all).toHaveLength(MAX_REVOCATIONS);
  expect(revocations.all.at(-1)).toEqual(revoked(20_000, 20_000));
});
