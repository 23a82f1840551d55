import { beforeEach, expect, test } from "bun:test";
import { FileLocator } from "../../../../src/central/http/file-locator.ts";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { held, join, newRegistry, ordered, settle } from "../fixtures.ts";
import { joinWithHttp, webAddress } from "./fixture.ts";

let registry: Registry;
let missing: string | null;
let unlisted: string | null;
let locator: FileLocator;

beforeEach(() => {
  registry = newRegistry();
  [missing, unlisted] = [null, null];
  locator = new FileLocator({ registry, serving: { missing: () => missing, unlisted: () => unlisted } });
});

/** Numbers of the secondaries to which somebody may be sent, or what is said instead. */
function located(name: string): unknown {
  const found = locator.locate(name);
  if (found.kind === "located") return found.holders.map(({ number }) => number);
  return found.kind === "unavailable" ? inEnglish(found.why) : found.kind;
}

test("whoever is here, holds the whole file and answers HTTP is where it is", () => {
  for (const number of [2, 1, 5]) joinWithHttp(registry, number, [held("f", "1")]);
  join(registry, 3, [held("f", "1")]);
  joinWithHttp(registry, 4);
  const found = locator.locate("f");
  const addresses = [1, 2, 5].map(webAddress);
  expect(found.kind === "located" && found.holders.map(({ http }) => http)).toEqual(addresses);
});

test("nobody is sent where the file is still being copied, or another version is", () => {
  joinWithHttp(registry, 1, [held("f", "1")]);
  joinWithHttp(registry, 2);
  expect(ordered(registry, 2)).toEqual(["f"]);
  expect(located("f")).toEqual([1]);
  registry.announce(2, 2, [held("f", "2")], [], false, 0);
  settle(registry);
  const current = registry.catalogue.get("f")?.id;
  const holders = registry.secondaries.sorted().filter((one) => one.heldVersion("f")?.id === current);
  expect(located("f")).toEqual(holders.map(({ number }) => number));
  expect(holders).toHaveLength(1);
});

test("nobody is sent to one that is away or has no disk, and it is said who had the file", () => {
  for (const number of [1, 2]) joinWithHttp(registry, number, [held("f", "1")]);
  joinWithHttp(registry, 3);
  registry.secondaryLost(1, 0);
  expect(located("f")).toEqual([2]);
  registry.diskMissing(2, "no marker", 0);
  expect(located("f")).toBe("no secondary has f now: secondary 1 is away, the disk of secondary 2 is missing");
});

test("without HTTP it is said how to have it", () => {
  join(registry, 1, [held("f", "1")]);
  join(registry, 2, [held("f", "1")]);
  expect(located("f")).toBe(
    "no secondary answers HTTP: start each with --http PORT, as in redes secondary --number 1 --http 8081",
  );
  joinWithHttp(registry, 3);
  expect(located("f")).toBe("f is at secondary 1, 2, without HTTP there: start it with --http PORT");
  for (const number of [4, 5, 6]) join(registry, number, [held("f", "1")]);
  expect(located("f")).toBe("f is at secondary 1, 2, 4, 5, 6, without HTTP there: start it with --http PORT");
  for (const number of [7, 8]) join(registry, number, [held("f", "1")]);
  expect(located("f")).toContain("at secondary 1, 2, 4, 5, 6 and 2 others, without");
});

test("a name is a file, a folder, or nothing", () => {
  joinWithHttp(registry, 1, [held("a/b/c", "1"), held("a-b", "1")]);
  expect(["a", "a/b", "a/b/c", "a/", "b", ""].map(located)).toEqual([
    "folder",
    "folder",
    [1],
    "no-such-file",
    "no-such-file",
    "no-such-file",
  ]);
});

test("while somebody has not told all that it holds, no file is said to be missing for good", () => {
  joinWithHttp(registry, 1, [held("f", "1")]);
  registry.register({ number: 2, instance: "run 2", host: "h", port: 2, removal: 0, http: webAddress(2) });
  expect(located("g")).toBe("there is no file g so far, and secondary 2 has not told all that it holds yet");
  expect(located("f")).toEqual([1]);
  unlisted = "secondary 3 has not come back since the central was started";
  expect(located("g")).toBe(`there is no file g so far, and ${unlisted}`);
  expect(located("f")).toEqual([1]);
});

test("before the central serves, it says why it does not", () => {
  joinWithHttp(registry, 1, [held("f", "1")]);
  missing = "1 of 2 secondaries registered, 1 missing";
  expect(located("f")).toBe("this central serves nothing yet: 1 of 2 secondaries registered, 1 missing");
  expect(located("g")).toBe(located("f"));
});
