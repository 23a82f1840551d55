import { describe, expect, test } from "bun:test";
import { COPY_RETRY_DELAYS_MS } from "../../../../../src/central/registry/copies/copy-backlog.ts";
import { MAX_NAMES_PER_CALL, MAX_OUTSTANDING_COPIES } from "../../../../../src/central/registry/copies/copy-orders.ts";
import type { Registry } from "../../../../../src/central/registry/registry.ts";
import { MAX_BATCH } from "../../../../../src/protocol/fields.ts";
import {
  edited,
  first,
  held,
  id,
  join,
  newRegistry,
  ordered,
  secondaryOf,
  sent,
  settle,
  unchanged,
} from "../../fixtures.ts";

describe("the plan", () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => held(`f${index}`, "1"));

  function announceAll(registry: Registry, number: number, count: number): void {
    registry.register({ number, instance: `run ${number}`, host: "h", port: number, removal: 0, http: null });
    const files = many(count);
    for (let at = 0; at < count; at += MAX_BATCH) {
      registry.announce(number, at, files.slice(at, at + MAX_BATCH), [], at + MAX_BATCH >= count, 0);
    }
    settle(registry);
  }

  test("fills the window with full batches, and waits for room for another", () => {
    const registry = newRegistry();
    announceAll(registry, 1, MAX_OUTSTANDING_COPIES + 300);
    join(registry, 2);
    const { orders } = registry.issueCopyOrders(2, 0);
    expect(orders.map(({ files }) => files.length)).toEqual(
      new Array(MAX_OUTSTANDING_COPIES / MAX_BATCH).fill(MAX_BATCH),
    );
    expect(orders[0]?.sources).toEqual([{ number: 1, host: "h", port: 1, partial: false }]);
    const copied = orders.flatMap(({ files }) => files.map(({ name, vector }) => unchanged(name, "1", vector)));
    registry.announce(2, 2, copied.slice(0, MAX_BATCH - 1), [], true, 0);
    expect(ordered(registry, 2)).toEqual([]);
    registry.announce(2, 3, copied.slice(MAX_BATCH - 1, MAX_BATCH), [], true, 0);
    expect(ordered(registry, 2)).toHaveLength(MAX_BATCH);
    registry.announce(2, 4, copied.slice(MAX_BATCH, 2 * MAX_BATCH), [], true, 0);
    expect(ordered(registry, 2)).toHaveLength(44);
  });

  test("names whole holders only, and tells whoever watches of the others", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1"), held("g", "1")]);
    join(registry, 2, [held("g", "1")]);
    join(registry, 3);
    expect(ordered(registry, 2)).toEqual(["f"]);
    const [order] = registry.issueCopyOrders(3, 0).orders;
    expect(order?.files.map(({ name, at }) => [name, at])).toEqual([
      ["f", [1]],
      ["g", [1, 2]],
    ]);
    expect(order?.sources.every(({ partial }) => !partial)).toBe(true);
    expect(registry.sources.of("f", id("1")).map(({ number, partial }) => [number, partial])).toEqual([
      [1, false],
      [2, true],
      [3, true],
    ]);
  });

  test("tries a failed copy again after longer and longer waits", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    join(registry, 2);
    const refuse = (version: string, at: number) =>
      registry.copyFailed(2, { name: "f", id: id(version), reason: "no space", lasting: false }, at);
    let now = 0;
    for (const wait of [...COPY_RETRY_DELAYS_MS, COPY_RETRY_DELAYS_MS[COPY_RETRY_DELAYS_MS.length - 1] ?? 0]) {
      expect(ordered(registry, 2, now)).toEqual(["f"]);
      expect(refuse("2", now)).toEqual([]);
      expect(refuse("1", now)).toContainEqual({ kind: "sources-changed", name: "f" });
      expect(ordered(registry, 2, now + wait - 1)).toEqual([]);
      now += wait;
    }
    refuse("1", now);
    registry.announce(1, 2, [edited], [], true, now);
    expect(ordered(registry, 2, now)).toEqual(["f"]);
  });

  test("warns of each reason why a copy failed once, until there is something else to copy", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    join(registry, 2);
    let now = 0;
    const warns = (version: string, reason: string) => {
      expect(ordered(registry, 2, now)).toEqual(["f"]);
      const effects = registry.copyFailed(2, { name: "f", id: id(version), reason, lasting: false }, now);
      now += COPY_RETRY_DELAYS_MS[COPY_RETRY_DELAYS_MS.length - 1] ?? 0;
      return effects.some(({ kind }) => kind === "warn");
    };
    expect(["a", "a", "b", "a", "b"].map((reason) => warns("1", reason))).toEqual([true, false, true, false, false]);
    // Those before the last few are forgotten.
    expect(["c", "d", "e", "e", "a"].map((reason) => warns("1", reason))).toEqual([true, true, true, false, true]);
    registry.announce(1, 2, [edited], [], true, now);
    expect(warns("2", "a")).toBe(true);
    expect(warns("2", "a")).toBe(false);
  });

  test("withdraws what has another version now; a late refusal changes nothing", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    join(registry, 2);
    ordered(registry, 2);
    const effects = registry.announce(1, 2, [edited], [], true, 0);
    expect(sent(effects, 2, "withdraw")).toHaveLength(1);
    expect(ordered(registry, 2)).toEqual(["f"]);
    expect(registry.copyFailed(2, { name: "f", id: id("1"), reason: "no space", lasting: false }, 0)).toEqual([]);
    expect(secondaryOf(registry, 2).copies.orderedCount).toBe(1);
    registry.announce(2, 2, [first], [], true, 0);
    expect(secondaryOf(registry, 2).copies.orderedId("f")).toBe(id("2"));
  });

  test("orders again what was copied and deleted before it was announced", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    join(registry, 2);
    ordered(registry, 2);
    expect(sent(registry.announce(2, 2, [], ["f"], true, 0), 2, "withdraw")).toHaveLength(1);
    expect(ordered(registry, 2)).toEqual(["f"]);
  });

  test("looks at a bounded number of names that nobody holds", () => {
    const registry = newRegistry();
    announceAll(registry, 1, MAX_NAMES_PER_CALL + 10);
    join(registry, 2);
    registry.secondaryLost(1, 0);
    expect(registry.issueCopyOrders(2, 0)).toEqual({ orders: [], unfinished: true });
    expect(secondaryOf(registry, 2).copies.pendingCount).toBe(10);
    expect(registry.issueCopyOrders(2, 0)).toEqual({ orders: [], unfinished: false });
    expect(secondaryOf(registry, 2).copies.pendingCount).toBe(0);
  });

  test("orders nothing from or for who is announcing, until it has told all", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    registry.register({ number: 2, instance: "x", host: "h", port: 2, removal: 0, http: null });
    registry.announce(2, 1, [held("g", "1")], [], false, 0);
    expect(ordered(registry, 2)).toEqual([]);
    expect(ordered(registry, 1)).toEqual(["g"]);
    registry.announce(2, 2, [], [], true, 0);
    settle(registry);
    expect(ordered(registry, 2)).toEqual(["f"]);
  });
});

test("a secondary that has not told all that it holds is ordered nothing, and is not asked about again at once", () => {
  const registry = newRegistry();
  join(registry, 1, [held("f", "1")]);
  registry.register({ number: 2, instance: "run 2", host: "h", port: 2, removal: 0, http: null });
  settle(registry);
  expect(registry.issueCopyOrders(2, 0)).toEqual({ orders: [], unfinished: false });
});
