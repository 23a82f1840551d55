import { expect, test } from "bun:test";
import type { Tombstone } from "../../../../src/central/tombstones/tombstone.ts";
import { TombstoneDelivery } from "../../../../src/central/tombstones/tombstone-delivery.ts";
import { Tombstones } from "../../../../src/central/tombstones/tombstones.ts";

function tombstone(serial: number, name = `f${serial}`): Tombstone {
  return { serial, name, id: `${serial}`, vector: "", edits: "", others: [], putAgain: null, moved: null };
}

function numbered(count: number): Tombstones {
  return new Tombstones(Array.from({ length: count }, (_, index) => tombstone(index + 1)));
}

const serials = (orders: readonly { serial: number }[]) => [orders.at(0)?.serial, orders.at(-1)?.serial];

test("a secondary is sent what comes after the last one that it has applied, once", () => {
  const delivery = new TombstoneDelivery(3);
  const tombstones = numbered(5);
  expect(delivery.isUpToDate(tombstones)).toBe(false);
  expect(delivery.issueNext(tombstones, 0).map(({ serial }) => serial)).toEqual([4, 5]);
  expect(delivery.issueNext(tombstones, 0)).toEqual([]);
  expect(delivery.isUpToDate(tombstones)).toBe(true);
  expect([tombstone(3), tombstone(4)].map((each) => delivery.hasApplied(each))).toEqual([true, false]);
  delivery.markApplied(5);
  delivery.markApplied(4);
  expect(delivery.appliedSerial).toBe(5);
});

test("one that was sent apart is not sent again", () => {
  const delivery = new TombstoneDelivery(0);
  const tombstones = numbered(1);
  delivery.markSent(tombstone(1));
  expect(delivery.isUpToDate(tombstones)).toBe(true);
  expect(delivery.issueNext(tombstones, 0)).toEqual([]);
});

test("of many, more follow once it has applied those before, or after a while", () => {
  const delivery = new TombstoneDelivery(0);
  const tombstones = numbered(7000);
  expect(serials(delivery.issueNext(tombstones, 0))).toEqual([1, 2000]);
  expect(delivery.issueNext(tombstones, 4999)).toEqual([]);
  delivery.markApplied(2000);
  expect(serials(delivery.issueNext(tombstones, 4999))).toEqual([2001, 4000]);
  expect(delivery.issueNext(tombstones, 9998)).toEqual([]);
  expect(serials(delivery.issueNext(tombstones, 9999))).toEqual([4001, 6000]);
});

test("where the time of the first ones is not known, it counts from the next look", () => {
  const delivery = new TombstoneDelivery(0);
  const tombstones = numbered(5000);
  expect(serials(delivery.issueNext(tombstones, Number.POSITIVE_INFINITY))).toEqual([1, 2000]);
  expect(delivery.issueNext(tombstones, 100)).toEqual([]);
  expect(delivery.issueNext(tombstones, 5099)).toEqual([]);
  expect(serials(delivery.issueNext(tombstones, 5100))).toEqual([2001, 4000]);
});
