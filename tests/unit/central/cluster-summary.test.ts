import { expect, test } from "bun:test";
import { ClusterSummary } from "../../../src/central/cluster-summary.ts";
import type { Registry } from "../../../src/central/registry/registry.ts";
import type { Log } from "../../../src/platform/log/log.ts";
import type { HeldFile } from "../../../src/protocol/messages/secondary.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { held, join, newRegistry, sent, settle, unchanged } from "./fixtures.ts";

/** The log lines that report a registry's decisions. */
function logLines(effects: ReturnType<Registry["announce"]>): string[] {
  const clock = new FakeClock();
  const lines: string[] = [];
  const note = (event: string, text: string) => void lines.push(`${event}: ${text}`);
  const log: Log = { info: note, warn: note, error: note };
  const news = new ClusterSummary({ clock, log });
  for (const effect of effects) if (effect.kind === "file-event") news.record(effect);
  clock.advance(2000);
  return lines;
}

function announce(registry: Registry, number: number, files: readonly HeldFile[], gone: readonly string[] = []) {
  return [...registry.announce(number, 9, files, gone, false, 0), ...settle(registry)];
}

test("what somebody puts there is new, or a new version; the copies of it are no news", () => {
  const registry = newRegistry();
  expect(logLines(join(registry, 1, [held("film", "1")]))).toEqual(["new: film is new: 10 B, from secondary 1"]);
  const [vector = ""] = [registry.catalogue.get("film")?.vector];
  expect(logLines(join(registry, 2))).toEqual([]);
  expect(logLines(announce(registry, 2, [unchanged("film", "1", vector)]))).toEqual([]);
  const edit = announce(registry, 2, [held("film", "2", { vector })]);
  expect(logLines(edit)).toEqual(["replaced: film has a new version: 10 B, from secondary 2"]);
  const next = registry.catalogue.get("film")?.vector ?? "";
  expect(logLines(announce(registry, 1, [unchanged("film", "2", next)]))).toEqual([]);
});

test("what a central that was started again learns of is no news", () => {
  const before = newRegistry();
  join(before, 1, [held("film", "1")]);
  const vector = before.catalogue.get("film")?.vector ?? "";
  const registry = newRegistry();
  expect(logLines(join(registry, 1, [unchanged("film", "1", vector)]))).toEqual([]);
  expect(logLines(join(registry, 2, [unchanged("film", "1", vector)]))).toEqual([]);
});

test("a file that vanishes is reported once, and whether anybody has it still", () => {
  const registry = newRegistry();
  join(registry, 1, [held("film", "1")]);
  const vector = registry.catalogue.get("film")?.vector ?? "";
  join(registry, 2, [unchanged("film", "1", vector)]);
  expect(logLines(announce(registry, 2, [], ["film"]))).toEqual([
    "vanished: film vanished from secondary 2 and is copied back",
  ]);
  expect(logLines(announce(registry, 2, [], ["film"]))).toEqual([]);
  expect(logLines(announce(registry, 1, [], ["film"]))).toEqual([
    "vanished: film vanished from secondary 1, the last that held it",
  ]);
});

test("what goes by order did not vanish", () => {
  const registry = newRegistry();
  join(registry, 1, [held("film", "1"), held("other", "1")]);
  const removal = registry.remove("film", 1);
  expect(sent(removal?.effects ?? [], 1, "remove")).toHaveLength(1);
  expect(logLines(announce(registry, 1, [], ["film"]))).toEqual([]);
  const stranger = join(registry, 2, [held("other", "2")]);
  const [order] = sent(stranger, 2, "conflict");
  expect(logLines(announce(registry, 2, [held(order?.as ?? "", "2")], ["other"]))).toEqual([
    `new: ${order?.as} is new: 10 B, from secondary 2`,
  ]);
});

test("200,000 new files are a few lines", () => {
  const clock = new FakeClock();
  let lines = 0;
  const note = () => {
    lines += 1;
  };
  const news = new ClusterSummary({ clock, log: { info: note, warn: note, error: note } });
  for (let file = 0; file < 200_000; file++) {
    news.record({ what: "new", name: `f${file}`, number: 1, size: 1 });
    if (file % 256 === 0) clock.advance(10);
  }
  news.flush();
  expect(lines).toBeLessThan(20);
});
