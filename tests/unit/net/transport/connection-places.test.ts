import { describe, expect, test } from "bun:test";
import { ConnectionPlaces } from "../../../../src/net/transport/connection-places.ts";

const numbers = (count: number, first = 0) => Array.from({ length: count }, (_, index) => first + index);

/** Places that these connections from these hosts have, in order. */
function placesOf(most: number, ...groups: [host: string, connections: number[], finished: boolean][]) {
  const places = new ConnectionPlaces<number>(most);
  for (const [host, connections, finished] of groups) {
    for (const connection of connections) {
      expect(places.admit(connection, host).kind).toBe("admitted");
      if (finished) places.finished(connection);
    }
  }
  return places;
}

describe("places of connections", () => {
  test("are as many as there are in all", () => {
    const places = placesOf(8, ["10.0.0.1", numbers(6), true], ["10.0.0.2", [6, 7], true]);
    expect(places.admit(8, "10.0.0.3")).toEqual({ kind: "refused", by: "all" });
    expect(places.release(0)).toBe(true);
    expect(places.admit(8, "10.0.0.3")).toEqual({ kind: "admitted", displaced: null });
  });

  test("of one address leave a quarter to others", () => {
    const places = placesOf(8, ["10.0.0.1", numbers(6), true]);
    expect(places.admit(6, "10.0.0.1")).toEqual({ kind: "refused", by: "address" });
    expect(places.release(6)).toBe(false);
    expect(places.admit(7, "10.0.0.2")).toEqual({ kind: "admitted", displaced: null });
  });

  test("of one address are those of its first 64 bits, where it is IPv6", () => {
    const places = placesOf(
      4,
      ["2001:db8::1", [1], true],
      ["2001:db8::ffff:2", [2], true],
      ["2001:db8:0:0:9::", [3], true],
    );
    expect(places.admit(4, "2001:db8::4")).toEqual({ kind: "refused", by: "address" });
    expect(places.admit(5, "2001:db8:0:1::4")).toEqual({ kind: "admitted", displaced: null });
  });

  test("are taken from the oldest that is not finished, of the address with most of them", () => {
    const places = placesOf(100, ["10.0.0.2", [100], false], ["10.0.0.1", numbers(49), false]);
    expect(places.admit(101, "10.0.0.3")).toEqual({ kind: "admitted", displaced: 0 });
    places.release(0);
    places.finished(1);
    expect(places.admit(102, "10.0.0.3")).toEqual({ kind: "admitted", displaced: null });
    expect(places.admit(103, "10.0.0.1")).toEqual({ kind: "admitted", displaced: 2 });
  });

  test("of an address that has all of its own are taken from its oldest unfinished one", () => {
    const places = placesOf(8, ["10.0.0.2", [10], false], ["10.0.0.1", numbers(5), true], ["10.0.0.1", [5], false]);
    expect(places.admit(6, "10.0.0.1")).toEqual({ kind: "admitted", displaced: 5 });
  });

  test("are there for a crowd of a hundred clients with four downloads each from one machine", () => {
    placesOf(10_000, ["127.0.0.1", numbers(100 * 4 * 2), true]);
  });

  test("thousands of connections that say nothing keep nobody out, and are few at any time", () => {
    const places = new ConnectionPlaces<number>(10_000);
    const open = new Set<number>();
    const connect = (connection: number, host: string) => {
      const admission = places.admit(connection, host);
      if (admission.kind === "refused") return false;
      open.add(connection);
      if (admission.displaced !== null && open.delete(admission.displaced)) places.release(admission.displaced);
      return true;
    };
    for (const connection of numbers(5000)) {
      expect(connect(connection, "10.0.0.1")).toBe(true);
      expect(open.size).toBeLessThanOrEqual(1024);
    }
    expect(connect(5000, "10.0.0.2")).toBe(true);
    for (const connection of numbers(5000, 6000)) connect(connection, "10.0.0.1");
    expect(open.has(5000)).toBe(true);
  });
});
