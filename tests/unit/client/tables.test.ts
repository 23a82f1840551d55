import { describe, expect, test } from "bun:test";
import { downloadResult } from "../../../src/client/downloads/result.ts";
import { finishedText, listTable, refusalText, statusText } from "../../../src/client/tables.ts";
import { MIB } from "../../../src/platform/units.ts";
import { PeerError } from "../../../src/protocol/errors.ts";
import type { SecondaryStatus } from "../../../src/protocol/messages/client.ts";

const MILLISECONDS = 2000;

/** A download to `path` that received all of 4 MiB from one secondary. */
function finished(path: string, error: string | null = null, transfer = {}, present = false): string {
  const stats = {
    resumedBytes: 0,
    reusedBytes: 0,
    receivedBytes: 4 * MIB,
    duplicateBytes: 0,
    retries: 0,
    sources: [{ number: 1, address: "s1:1", bytes: 4 * MIB }],
    ...transfer,
  };
  const grant = { id: "a".repeat(64), size: 4 * MIB, blake3: null, sha256: null };
  const file = { name: "film.mkv", destination: { kind: "file", path } } as const;
  const result = downloadResult(file, grant, stats, MILLISECONDS, error);
  return finishedText({ result, failure: error === null ? null : "failed", present, partFile: null });
}

describe("how a download ended", () => {
  test("says where it is, unless that is its name or an output", () => {
    const text = "4.0 MiB verified in 2.0 s (2.0 MiB/s), from secondary 1";
    expect(finished("film.mkv")).toBe(`film.mkv: ${text}`);
    expect(finished("-")).toBe(`film.mkv: ${text}`);
    expect(finished("/videos/film.mkv")).toBe(`film.mkv → /videos/film.mkv: ${text}`);
  });

  test("says how much was there, and the shares of several secondaries", () => {
    const sources = [
      { number: 1, address: "s1:1", bytes: 3 * MIB },
      { number: 2, address: "s2:1", bytes: MIB },
      { number: 3, address: "s3:1", bytes: 0, faults: 2 },
    ];
    expect(finished("film.mkv", null, { sources })).toContain(
      "from secondaries 1 (75%), 2 (25%), 2 faults of secondary 3",
    );
    expect(finished("film.mkv", null, { receivedBytes: 0, resumedBytes: 4 * MIB, sources: [] })).toBe(
      "film.mkv: 4.0 MiB verified in 2.0 s, 4.0 MiB of it were there",
    );
    expect(finished("film.mkv", null, { receivedBytes: 0, reusedBytes: 4 * MIB, sources: [] })).toBe(
      "film.mkv: 4.0 MiB verified in 2.0 s, 4.0 MiB of it from the file that it replaces",
    );
  });

  test("says that the file was there", () => {
    expect(finished("/videos/film.mkv", null, { receivedBytes: 0, sources: [] }, true)).toBe(
      "film.mkv: /videos/film.mkv is there already, with that content (4.0 MiB)",
    );
  });

  test("says why it failed", () => {
    expect(finished("film.mkv", "the disk is full")).toBe("film.mkv: the disk is full");
  });
});

describe("the catalogue", () => {
  test("has a line for each file, and their sum", () => {
    const file = { id: "a".repeat(64), modified: 0, blake3: null, sha256: null };
    const text = listTable([
      { name: "a", size: MIB, sources: 2, ...file },
      { name: "b", size: 3 * MIB, sources: 1, ...file },
    ]);
    expect(text).toContain("2 files, 4.0 MiB");
    expect(text.split("\n").filter((line) => /^[ab] /.test(line))).toHaveLength(2);
    expect(listTable([])).toBe("no files yet: those that are put into the folder of a secondary come here");
  });
});

describe("the catalogue in a window", () => {
  const file = { id: "a".repeat(64), blake3: null, sha256: null, sources: 2 };
  const files = [
    { ...file, name: `series/${"long ".repeat(40)}.mkv`, size: 3 * MIB, modified: Date.UTC(2026, 0, 2, 12) * 1000 },
    { ...file, name: "series/日本語のとても長い名前のファイル.mkv", size: 5 * MIB, modified: 0 },
    { ...file, name: "z", size: 1, modified: Date.UTC(2027, 0, 2, 12) * 1000 },
  ];

  test.each([120, 80, 45, 30])("has no row wider than %d columns, and one for each file", (columns) => {
    for (const tree of [false, true]) {
      const rows = listTable(files, { columns, tree }).split("\n");
      expect(rows).toHaveLength(tree ? 6 : 5);
      expect(Math.max(...rows.map((row) => Bun.stringWidth(row)))).toBeLessThanOrEqual(columns);
    }
  });

  test("without one has names whole", () => {
    const rows = listTable(files).split("\n");
    for (const { name } of files) expect(rows.filter((row) => row.startsWith(name))).toHaveLength(1);
  });

  test("is in the order that is wanted, with the date where that is it", () => {
    const first = (options: Parameters<typeof listTable>[1]) => listTable(files, options).split("\n")[1] ?? "";
    expect(first({ sort: "size" })).toStartWith("series/日本語");
    expect(first({ sort: "date" })).toMatch(/^z +1 B +2 +2027-01-02 \d\d:00:00$/);
    expect(listTable(files, { sort: "size", reverse: true, limit: 2 })).toEndWith("2 of 3 files, 3.0 MiB");
  });

  test("has the folders of a tree, with what is in them", () => {
    const rows = listTable(files, { tree: true, columns: 40 }).split("\n");
    expect(rows[1]).toMatch(/^series\/ +8\.0 MiB$/);
    expect(rows[3]).toMatch(/^└── 日本….*5\.0 MiB +2$/);
  });
});

describe("the status", () => {
  const common = { type: "state", request: 1, synchronized: true, missing: "", active: 1, waiting: 2 } as const;
  const state = { ...common, ending: [] };
  const secondary: SecondaryStatus = {
    number: 1,
    address: "s1:1",
    state: "in step",
    reason: "",
    files: 5,
    accusations: 0,
    obstacles: 0,
    obstacle: "",
    room: null,
    sending: 0,
    receiving: 0,
    left: { files: 0, bytes: 0, seconds: 0 },
  };

  test("one that was stopped is stopped, and not lost; nothing is the matter with it", () => {
    const away = { ...secondary, state: "lost" } as const;
    const textOf = (reason: string) =>
      statusText({ state: { ...state, secondaries: [{ ...away, reason }] }, files: new Map(), clients: new Map() });
    expect(textOf("")).toMatch(/ 1 +s1:1 +lost +5\n/);
    expect(textOf("it was stopped")).toMatch(/ 1 +s1:1 +stopped +5\n\n/);
    expect(textOf("it was stopped")).not.toContain("it was");
  });

  test("warns of keys that end", () => {
    const ending = [{ number: 2, until: Date.UTC(2030, 0, 2) }];
    const text = statusText({
      state: { ...state, ending, secondaries: [secondary] },
      files: new Map(),
      clients: new Map(),
    });
    expect(text).toContain("\nthe key of secondary 2 ends on 2030-01-02: make a new one");
  });

  test("in a window has the highest counts alone, and fits", () => {
    const counts = new Map(Array.from({ length: 3000 }, (_, index) => [`file ${"x".repeat(200)} ${index}`, index]));
    const status = { state: { ...state, secondaries: [secondary] }, files: counts, clients: new Map([["ana", 1]]) };
    const rows = statusText(status, { columns: 45 }).split("\n");
    expect(rows.length).toBeLessThan(25);
    expect(Math.max(...rows.map((row) => Bun.stringWidth(row)))).toBeLessThanOrEqual(45);
    expect(rows.filter((row) => /^file.* 29\d\d$/.test(row))).toHaveLength(10);
    expect(rows).toContain("… and 2990 more (status --json has all)");
    expect(statusText(status).split("\n").length).toBeGreaterThan(3000);
  });

  test("shows secondaries, accusations where there are any, and what is wrong", () => {
    const well = statusText({ state: { ...state, secondaries: [secondary] }, files: new Map(), clients: new Map() });
    expect(well).toStartWith("serving\n");
    expect(well).not.toContain("accused");
    expect(well).toEndWith("downloads now: 1 active, 2 waiting");
    const accused = { ...secondary, accusations: 3, obstacles: 2, obstacle: "x: no" };
    const ill = statusText({
      state: { ...state, synchronized: false, missing: "secondary 2 is missing", secondaries: [accused] },
      files: new Map([["film.mkv", 7]]),
      clients: new Map(),
    });
    expect(ill).toStartWith("not serving: secondary 2 is missing\n");
    expect(ill).toContain("accused");
    expect(ill).toContain("secondary 1 cannot copy 2 files, the first: x: no");
    expect(ill).toMatch(/film\.mkv +7/);
    expect(ill).not.toContain("client ");
  });
});

describe("a refusal", () => {
  test("is that the central does not serve yet, or what it says", () => {
    expect(refusalText(new PeerError("not-synchronized", "secondary 2 is missing"))).toBe(
      "the central does not serve yet: secondary 2 is missing",
    );
    expect(refusalText(new PeerError("busy", "too many"))).toBe("too many");
    expect(refusalText("odd")).toBe("odd");
  });
});
