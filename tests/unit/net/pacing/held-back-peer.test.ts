import { expect, test } from "bun:test";
import { HeldBackPeer } from "../../../../src/net/pacing/held-back-peer.ts";

test("that a peer is held back counts as progress for five minutes, and anew once something has come", () => {
  const peer = new HeldBackPeer();
  expect([1000, 6000, 300_999, 301_000, 400_000].map((now) => peer.saidSo(now))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  peer.progressed();
  expect([500_000, 799_999, 800_000].map((now) => peer.saidSo(now))).toEqual([true, true, false]);
});
