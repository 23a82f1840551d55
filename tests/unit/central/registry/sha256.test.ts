import { expect, test } from "bun:test";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import type { HeldFile } from "../../../../src/protocol/messages/secondary.ts";
import { join, newRegistry, sent, settle, unchanged } from "../fixtures.ts";

const [ONE, OTHER] = ["1".repeat(64), "2".repeat(64)];
const film = unchanged("f", "1", "aaaaaaaa:1");

function known(registry: Registry): string | null | undefined {
  return registry.catalogue.get("f")?.sha256;
}

function announce(registry: Registry, number: number, file: HeldFile) {
  return registry.announce(number, 2, [file], [], false, 0);
}

test("a SHA-256 that is announced later than its file is known from then on, and goes with the orders to copy it", () => {
  const registry = newRegistry();
  join(registry, 1, [film]);
  expect(known(registry)).toBeNull();
  const effects = announce(registry, 1, { ...film, sha256: ONE });
  expect(effects.filter(({ kind }) => kind !== "send" && kind !== "sources-changed")).toEqual([]);
  expect(sent(effects, 1, "agreed")).toEqual([]);
  expect(known(registry)).toBe(ONE);
  join(registry, 2);
  settle(registry);
  const [order] = registry.issueCopyOrders(2, 0).orders;
  expect(order?.files.map(({ name, sha256 }) => [name, sha256])).toEqual([["f", ONE]]);
});

test("it stays known when another holder announces the file without it, or with the same one", () => {
  const registry = newRegistry();
  join(registry, 1, [{ ...film, sha256: ONE }]);
  join(registry, 2, [film]);
  const effects = announce(registry, 2, { ...film, sha256: ONE });
  expect(effects.filter(({ kind }) => kind === "warn")).toEqual([]);
  expect([known(registry), registry.catalogue.get("f")?.isSha256Disputed]).toEqual([ONE, false]);
});

test("a second one that differs is told once, and from then on none is given out", () => {
  const registry = newRegistry();
  join(registry, 1, [{ ...film, sha256: ONE }]);
  const warnings = join(registry, 2, [{ ...film, sha256: OTHER }]).filter(({ kind }) => kind === "warn");
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatchObject({ event: "digest-mismatch", fields: { number: 2, name: "f" } });
  const [message] = warnings.map((warning) => ("message" in warning ? String(warning.message) : ""));
  expect(message).toContain(`secondary 2 announces the SHA-256 ${OTHER} of f, others ${ONE}`);
  for (const [number, sha256] of [
    [1, ONE],
    [2, OTHER],
  ] as const)
    expect(announce(registry, number, { ...film, sha256 }).filter(({ kind }) => kind === "warn")).toEqual([]);
  expect([known(registry), registry.catalogue.get("f")?.isSha256Disputed]).toEqual([null, true]);
});

test("the next version begins without a dispute", () => {
  const registry = newRegistry();
  join(registry, 1, [{ ...film, sha256: ONE }]);
  join(registry, 2, [{ ...film, sha256: OTHER }]);
  announce(registry, 1, { ...unchanged("f", "2", "aaaaaaaa:2"), sha256: ONE });
  expect([known(registry), registry.catalogue.get("f")?.isSha256Disputed]).toEqual([ONE, false]);
});
