import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CopyBacklog, OBSTACLE_RETRY_MS } from "../../../../../src/central/registry/copies/copy-backlog.ts";
import { missingText } from "../../../../../src/central/serving/missing-text.ts";
import { missingForSync } from "../../../../../src/central/serving/synchronization.ts";
import { english } from "../../../../../src/sentences/sentence.ts";
import { held, id, join, newRegistry, sent } from "../../fixtures.ts";

const FIFO = "a pipe stands here in its place";

/** Secondary 1 holds two files; 2 was told to copy both. */
function cluster() {
  const registry = newRegistry();
  join(registry, 1, [held("f", "1"), held("g", "2")]);
  join(registry, 2);
  const order = (now: number) => {
    return registry.issueCopyOrders(2, now).orders.flatMap(({ files }) => files.map(({ name }) => name));
  };
  expect(order(0)).toEqual(["f", "g"]);
  const refuse = (name: string, version: string, now = 0, reason = FIFO) =>
    registry.copyFailed(2, { name, id: id(version), reason, lasting: true }, now);
  const copies = () => registry.secondaries.get(2)?.copies ?? new CopyBacklog();
  return { registry, order, refuse, copies };
}

/** What is done with a backlog, with one of few names. */
const name = fc.constantFrom("a", "b", "c", "d");
const step = fc.oneof(
  fc.record({ do: fc.constant("add" as const), name, size: fc.nat(9) }),
  fc.record({ do: fc.constantFrom("order", "fail", "obstruct", "clear", "sourceless", "remove", "wait"), name }),
);

test("the bytes that can be copied are those of the names that no obstacle is known of, whatever happens", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const backlog = new CopyBacklog();
      const lacking = new Map<string, { size: number; obstructed: boolean }>();
      let now = 0;
      for (const one of steps) {
        const known = lacking.get(one.name);
        switch (one.do) {
          case "add":
            backlog.add(one.name, one.size);
            lacking.set(one.name, { size: one.size, obstructed: known?.obstructed ?? false });
            break;
          case "order":
            backlog.markOrdered(one.name, "v");
            break;
          case "fail":
          case "obstruct":
            if (backlog.markFailed(one.name, "v", now, one.do === "fail" ? null : "full") && known)
              known.obstructed = one.do === "obstruct";
            break;
          case "clear":
            backlog.removeObstacle(one.name);
            if (known) known.obstructed = false;
            break;
          case "sourceless": {
            const wanted = [...backlog.candidates()].includes(one.name);
            backlog.markSourceless(one.name);
            if (wanted) lacking.delete(one.name);
            break;
          }
          case "remove":
            backlog.remove(one.name);
            lacking.delete(one.name);
            break;
          case "wait":
            now += OBSTACLE_RETRY_MS;
            backlog.requeueDue(now);
        }
        const pending = [...lacking.values()].filter(({ obstructed }) => !obstructed);
        expect(backlog.pendingCount).toBe(pending.length);
        expect(backlog.pendingBytes).toBe(pending.reduce((sum, { size }) => sum + size, 0));
      }
    }),
  );
});

describe("a copy that a lasting obstacle prevents", () => {
  test("holds up the first synchronization no more, and is reported", () => {
    const { registry, refuse, copies } = cluster();
    expect(missingText(missingForSync(registry, 2))).toBe("2 copies of files still to be made");
    const [, warning] = refuse("f", "1");
    expect(warning).toMatchObject({ kind: "warn", message: `secondary 2 could not copy f: ${FIFO}` });
    expect(missingText(missingForSync(registry, 2))).toBe("1 copy of files still to be made");
    expect([copies().obstacleCount, english(copies().firstObstacle)]).toEqual([1, `f: ${FIFO}`]);
    registry.announce(2, 2, [held("g", "2")], [], true, 0);
    expect(missingText(missingForSync(registry, 2))).toBeNull();
    expect(registry.secondaries.get(2)?.isBehind).toBe(false);
  });

  test("is ordered again after minutes, and does not hold up anything while it is", () => {
    const { registry, order, refuse, copies } = cluster();
    refuse("f", "1");
    refuse("g", "2");
    expect(order(OBSTACLE_RETRY_MS - 1)).toEqual([]);
    expect(order(OBSTACLE_RETRY_MS)).toEqual(["f", "g"]);
    expect(missingText(missingForSync(registry, 2))).toBeNull();
    expect(copies().obstacleCount).toBe(2);
    // Reported once, until there is another reason.
    expect(refuse("f", "1", OBSTACLE_RETRY_MS).map(({ kind }) => kind)).toEqual(["sources-changed"]);
    expect(refuse("g", "2", OBSTACLE_RETRY_MS, "the disk is full").map(({ kind }) => kind)).toEqual([
      "sources-changed",
      "warn",
    ]);
  });

  test("is ordered at once when its secondary says that the obstacle is gone, and counts as copied when it is", () => {
    const { registry, order, refuse, copies } = cluster();
    refuse("f", "1");
    registry.obstaclesGone(2, ["f", "never heard of"]);
    expect(copies().obstacleCount).toBe(0);
    expect(missingText(missingForSync(registry, 2))).toBe("2 copies of files still to be made");
    expect(order(1)).toEqual(["f"]);
    registry.announce(2, 2, [held("f", "1"), held("g", "2")], [], true, 1);
    expect([copies().pendingCount, copies().obstacleCount, english(copies().firstObstacle)]).toEqual([0, 0, ""]);
  });

  test("that fails for a passing reason then is waited for", () => {
    const { registry, order, refuse, copies } = cluster();
    refuse("f", "1");
    expect(order(OBSTACLE_RETRY_MS)).toEqual(["f"]);
    registry.copyFailed(2, { name: "f", id: id("1"), reason: "no source", lasting: false }, OBSTACLE_RETRY_MS);
    expect([copies().pendingCount, copies().obstacleCount]).toEqual([2, 0]);
  });

  test("of a file that nobody has any more, or that is not wanted any more, is none", () => {
    const { registry, order, refuse, copies } = cluster();
    refuse("f", "1");
    refuse("g", "2");
    registry.remove("g", 1);
    registry.secondaryLost(1, 0);
    expect(order(OBSTACLE_RETRY_MS)).toEqual([]);
    expect([copies().pendingCount, copies().obstacleCount]).toEqual([0, 0]);
  });
});

test("a secondary that looks after an obstacle learns when its file is not wanted any more, or in another version", () => {
  const { registry, order, refuse } = cluster();
  refuse("f", "1");
  refuse("g", "2");
  const effects = registry.announce(
    1,
    2,
    [held("f", "3", { vector: registry.catalogue.get("f")?.vector ?? "" })],
    ["g"],
    true,
    0,
  );
  expect(sent(effects, 2, "withdraw").flatMap(({ names }) => names)).toEqual(["g", "f"]);
  expect(order(0)).toEqual(["f"]);
});

test("of very many obstacles the first are named, and that there are more", () => {
  const registry = newRegistry();
  const files = Array.from({ length: 200 }, (_, index) => held(`f${index}`, index.toString(16)));
  join(registry, 1, files);
  join(registry, 2);
  registry.issueCopyOrders(2, 0);
  const warnings = files.flatMap((file) =>
    registry
      .copyFailed(2, { name: file.name, id: file.id, reason: FIFO, lasting: true }, 0)
      .flatMap((effect) => (effect.kind === "warn" ? [effect.message] : [])),
  );
  expect(warnings).toHaveLength(11);
  expect(warnings.at(-1)).toBe("secondary 2 cannot copy more files, which status counts");
});
