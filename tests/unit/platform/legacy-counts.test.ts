import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import {
  readLegacyCentralCounts,
  readLegacyCounts,
  toPlain,
  writeLegacyCounts,
} from "../../../src/platform/legacy-counts.ts";
import { temporaryFolder } from "../../support/folder.ts";

const ODD = new Map([
  ["__proto__", 3],
  ["constructor", 2],
  ["toString", 1],
]);

test("names that a plain object has already are written and read like all others", async () => {
  const file = path.join(temporaryFolder(), "secundario1.json");
  await writeLegacyCounts(file, ODD);
  expect(fs.readFileSync(file, "utf8")).toContain('"__proto__": 3');
  expect(await readLegacyCounts(file)).toEqual(ODD);
  await writeLegacyCounts(file, { clientes: ODD, videos: new Map() });
  expect(await readLegacyCentralCounts(file)).toEqual({ clientes: ODD, videos: new Map() });
  expect(JSON.stringify(toPlain(ODD))).toBe('{"__proto__":3,"constructor":2,"toString":1}');
});

test.each(["[]", "null", '{"a": -1}', '{"a": 0.5}', '{"a": "1"}', "{"])("%s holds no counts", async (text) => {
  const file = path.join(temporaryFolder(), "secundario1.json");
  fs.writeFileSync(file, text);
  await expect(readLegacyCounts(file)).rejects.toThrow("holds no statistics");
});

test("a file that cannot be written is named", async () => {
  const file = path.join(temporaryFolder(), "none", "secundario1.json");
  await expect(writeLegacyCounts(file, ODD)).rejects.toThrow(`cannot write the statistics ${file}`);
});
