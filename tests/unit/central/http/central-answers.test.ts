import { beforeEach, expect, test } from "bun:test";
import { CentralAnswers } from "../../../../src/central/http/central-answers.ts";
import type { Digested, Undigested } from "../../../../src/central/http/digest-wait.ts";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { held, id, join, newRegistry } from "../fixtures.ts";
import { joinWithHttp } from "./fixture.ts";

const NAME = "a b/ñ%?#.mkv";
const PATH = "/files/a%20b/%C3%B1%25%3F%23.mkv";
const THERE: Digested = { kind: "digested", sha256: "a".repeat(64), pieces: new Uint8Array(32) };

const notAsked = async () => {
  throw new Error("nobody asks for that");
};
const api = {
  ...{ status: notAsked, secondaries: notAsked, files: notAsked, folderEntries: notAsked, file: notAsked },
  ...{ downloads: notAsked, statistics: notAsked, kept: notAsked, throughput: notAsked },
};
const uploads = {
  ...{ possibleUpload: notAsked, beginUpload: notAsked, sendUpload: notAsked, endUpload: notAsked },
  abandoned() {},
};
const orders = { remove: notAsked, restore: notAsked, forget: notAsked, limit: notAsked };

let registry: Registry;
let missing: string | null;
let unlisted: string | null;
let digestsOf: () => Promise<Digested | Undigested>;
let answers: CentralAnswers;

beforeEach(() => {
  registry = newRegistry();
  [missing, unlisted] = [null, null];
  digestsOf = async () => THERE;
  answers = new CentralAnswers({
    registry,
    serving: { missing: () => missing, unlisted: () => unlisted },
    clock: new FakeClock(),
    digests: { digestsOf: () => digestsOf() },
    urlQuery: () => "",
    metrics: { text: async () => "" },
    ...{ api, orders, uploads },
    listened() {},
    ended: new AbortController().signal,
  });
});

async function urlOf(name: string, taken = true): Promise<string | null> {
  const target = await answers.target(name, taken);
  return target.kind === "target" ? target.url : null;
}

test("one after the other is sent somewhere else, by what the secondaries have told of themselves", async () => {
  for (const number of [1, 2]) joinWithHttp(registry, number, [held(NAME, "1")]);
  const urls = [await urlOf(NAME), await urlOf(NAME), await urlOf(NAME, false), await urlOf(NAME)];
  const [first, second] = [`http://10.0.0.1:8081${PATH}`, `http://10.0.0.2:8082${PATH}`];
  expect(urls).toEqual([first, second, first, first]);
});

test("an address has what is needed to be let in", async () => {
  joinWithHttp(registry, 1, [held("f", "1")]);
  const http = { host: "fe80::1%eth0", port: 443, tls: true };
  join(registry, 1, [held("f", "1")], 0, http);
  const signing = new CentralAnswers({
    ...{
      registry,
      serving: { missing: () => null, unlisted: () => null },
      clock: new FakeClock(),
      digests: { digestsOf },
    },
    metrics: { text: async () => "" },
    ...{ api, orders, uploads },
    listened() {},
    ended: new AbortController().signal,
    urlQuery: (name, version) => `version=${version}&for=${name}`,
  });
  const target = await signing.target("f", true);
  expect(target).toMatchObject({ url: `https://[fe80::1%25eth0]:443/files/f?version=${id("1")}&for=f` });
});

test("a metalink lists every source, whoever is the least busy", async () => {
  for (const number of [1, 2, 3]) joinWithHttp(registry, number, [held("f", "1", { sha256: "b".repeat(64) })]);
  registry.secondaryLost(2, 0);
  expect(await answers.sources("f", ["sha-256"])).toEqual({
    kind: "sources",
    file: { name: "f", id: id("1"), size: 10, sha256: "b".repeat(64) },
    urls: ["http://10.0.0.1:8081/files/f", "http://10.0.0.3:8083/files/f"],
    digests: [THERE],
  });
  expect(await answers.sources("g", ["sha-256"])).toEqual({ kind: "no-such-file" });
});

test("what changes while the hashes are made is not listed as it was", async () => {
  joinWithHttp(registry, 1, [held("f", "1")]);
  joinWithHttp(registry, 2, [held("f", "1")]);
  digestsOf = async () => {
    registry.secondaryLost(1, 0);
    return THERE;
  };
  expect(await answers.sources("f", ["sha-256"])).toMatchObject({ urls: ["http://10.0.0.2:8082/files/f"] });
  digestsOf = async () => {
    const { vector } = registry.catalogue.get("f") ?? { vector: "" };
    registry.announce(2, 2, [held("f", "2", { vector })], [], false, 0);
    return THERE;
  };
  expect(inEnglish(await answers.sources("f", ["sha-256"]))).toMatchObject({
    why: "there is a new version of f just now",
  });
});

test("a folder is listed in pages, with how many have each file", async () => {
  const files = Array.from({ length: 1500 }, (_, index) => held(`films/${String(index).padStart(4, "0")}`, "1"));
  joinWithHttp(registry, 1, files);
  join(registry, 2, files.slice(0, 1));
  const first = await answers.folder("films/", "");
  if ("kind" in first) throw new Error(first.kind);
  expect(first.entries).toHaveLength(1000);
  expect(first.entries[0]).toEqual({
    ...{ kind: "file", name: "0000" },
    file: { id: id("1"), size: 10, modified: 5, sha256: null, sources: 2 },
  });
  const second = await answers.folder("films/", first.next ?? "");
  expect(second).toMatchObject({ next: null });
  expect("kind" in second ? 0 : second.entries.length).toBe(500);
  // What came behind may be gone by then.
  expect(await answers.folder("films/", "9999")).toEqual({ entries: [], next: null });
});

test("a folder without files is none, but for the shared folder itself", async () => {
  expect(await answers.folder("", "")).toEqual({ entries: [], next: null });
  expect(await answers.folder("films/", "")).toEqual({ kind: "no-such-file" });
  missing = "no secondary is registered";
  expect(await answers.folder("", "")).toMatchObject({ kind: "unavailable" });
  expect(await answers.readiness()).toEqual({ obstacle: missing });
});

test("while not all files are known no folder is listed, and a file that is known can be had", async () => {
  unlisted = "secondary 2 has not come back since the central was started";
  joinWithHttp(registry, 1, [held("d/f", "1")]);
  const why = `this central lists nothing yet: ${unlisted}`;
  expect(inEnglish(await answers.folder("d", ""))).toMatchObject({ kind: "unavailable", why });
  expect(await urlOf("d/f")).toContain("/files/d/f");
});
