import { beforeEach, expect, test } from "bun:test";
import { type ClusterView, clusterInShort, secondaryLines } from "../../../../src/central/console/cluster-tables.ts";
import { ClusterFigures } from "../../../../src/central/figures/cluster-figures.ts";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import { held, join, newRegistry } from "../fixtures.ts";

let registry: Registry;
let view: ClusterView;

beforeEach(() => {
  registry = newRegistry();
  view = {
    registry,
    serving: { missing: () => "secondary 2 is missing", unlisted: () => "secondary 3 is away" },
    admission: { downloads: () => [] },
    downloads: { queue: () => [] },
    keyDesk: { ending: () => [] },
    figures: new ClusterFigures(),
  };
});

test("the status is the cluster in short, with what is the matter", () => {
  join(registry, 1, [held("f", "1")]);
  join(registry, 2);
  registry.secondaryLost(2, 0);
  expect(clusterInShort(view)).toEqual([
    ...["not serving: secondary 2 is missing", "1 of 2 secondaries, 1 file", "downloads now: 0 active, 0 waiting"],
    "not all files are known yet: secondary 3 is away",
  ]);
});

test("a secondary that was stopped is stopped, and nothing is the matter with it", () => {
  for (const number of [1, 2]) join(registry, number);
  registry.secondaryLost(1, 0, true);
  registry.secondaryLost(2, 0);
  const rows = secondaryLines(view, null)[0]
    ?.split("\n")
    .map((line) => line.replace(/ +/g, " ").trim());
  expect(rows).toEqual(["number address state files", "1 h:1 stopped 0", "2 h:2 lost 0"]);
});
