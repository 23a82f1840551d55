import { expect, test } from "bun:test";
import { type CommandDeps, centralCommands } from "../../../../src/central/commands.ts";
import { ClusterFigures } from "../../../../src/central/figures/cluster-figures.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { held, id, join, newRegistry } from "../fixtures.ts";

const LONG = `${"a name that no window has room for ".repeat(6)}.mkv`;

/** The rows that a command shows in a window of so many columns; null: in a pipe. */
async function rowsOf(name: string, columns: number | null): Promise<string[]> {
  const registry = newRegistry();
  join(registry, 1, [held(LONG, "1")]);
  const waiting = { entry: { download: "b".repeat(32) }, position: 1, estimate: 90 };
  const download = { client: "somebody with a long name", name: LONG, bytes: 5, size: 10 };
  const kept = { name: LONG, number: 1, id: id("1"), size: 5, why: "removed", at: 1, numbers: [2] };
  const central = {
    deps: { clock: systemClock, store: { downloadCounts: async () => [{ name: LONG, downloads: 3 }] } },
    registry,
    figures: new ClusterFigures(),
    serving: { missing: () => null, unlisted: () => null },
    admission: { downloads: () => ["a", "b"].map((each) => ({ ...download, download: each.repeat(32) })) },
    downloads: { queue: () => [waiting] },
    keptFiles: { list: async () => ({ versions: [kept], more: false, silent: [] }) },
    keyDesk: { ending: () => [] },
  };
  let shown = "";
  const show = (text: string) => {
    shown += text;
  };
  const printer = { print: show, page: async (text: string) => show(text), columns: () => columns };
  const commands = centralCommands(central as unknown as CommandDeps, { ...printer, confirm: async () => false });
  await commands.find((command) => command.name === name)?.run("");
  return shown.split("\n");
}

test.each(["list", "downloads", "clients", "kept", "queue", "secondaries"])(
  "in a window no row of %s is wider than it, and in a pipe names are whole",
  async (name) => {
    const hasNames = name !== "secondaries";
    expect((await rowsOf(name, null)).some((row) => row.includes(LONG))).toBe(hasNames);
    for (const columns of [120, 80, 45]) {
      const rows = await rowsOf(name, columns);
      expect(rows.filter((row) => row.length > columns)).toEqual([]);
      expect(rows.some((row) => /a n.*….*/.test(row))).toBe(hasNames);
    }
  },
);
