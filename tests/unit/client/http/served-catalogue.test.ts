import { expect, test } from "bun:test";
import { ServedCatalogue } from "../../../../src/client/http/served-catalogue.ts";
import type { ListedFile } from "../../../../src/protocol/messages/client.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { listed, pagesOf } from "./api/listed.ts";

class Listing {
  names = ["films/e10.mp4", "films/e9.mp4", "films/deep/x.ogg", "films.txt", "a.txt"];
  lists = 0;
  tookMs = 0;
  pages = 0;
  /** What comes before the next page. */
  pause: Promise<void> = Promise.resolve();
  failure: Error | null = null;
  readonly clock = new FakeClock();
  readonly catalogue = new ServedCatalogue(this.clock, { pages: () => this.list() });

  private async *list(): AsyncGenerator<readonly ListedFile[], void> {
    this.lists += 1;
    if (this.failure) throw this.failure;
    this.clock.advance(this.tookMs);
    for await (const page of pagesOf(this.names.map((name) => listed(name)))) {
      this.pages += 1;
      yield page;
      await this.pause;
    }
  }
}

test("finds files and folders by their whole names", async () => {
  const { catalogue } = new Listing();
  const kinds = [];
  for (const name of ["a.txt", "films", "films/deep", "film", "films/", "films/e9.mp4", ""]) {
    kinds.push((await catalogue.find(name)).kind);
  }
  expect(kinds).toEqual(["found", "folder", "folder", "missing", "missing", "found", "missing"]);
});

test("lists what is right in a folder", async () => {
  const { catalogue } = new Listing();
  const namesIn = async (folder: string) => {
    const page = await catalogue.folder(folder, "");
    return page.kind === "page" ? page.entries.map(({ kind, name }) => `${kind} ${name}`) : page.kind;
  };
  expect(await namesIn("")).toEqual(["file a.txt", "file films.txt", "folder films"]);
  expect(await namesIn("films/")).toEqual(["folder deep", "file e10.mp4", "file e9.mp4"]);
  expect(await namesIn("none/")).toBe("missing");
});

test("an empty catalogue is an empty folder, not one that is missing", async () => {
  const listing = new Listing();
  listing.names = [];
  expect(await listing.catalogue.folder("", "")).toEqual({ kind: "page", entries: [], next: null });
});

test("plays what is video or sound in a folder and below, in the order in which people count", async () => {
  const listing = new Listing();
  listing.names.push("films/notes.txt", "films2/trailer.mp4");
  const { catalogue } = listing;
  expect(await catalogue.playlist("films/")).toEqual({
    kind: "playable",
    files: ["films/deep/x.ogg", "films/e9.mp4", "films/e10.mp4"].map((name) => ({ name, id: expect.any(String) })),
  });
  expect(await catalogue.playlist("films/none/")).toEqual({ kind: "missing" });
});

test("asks the central once for all who ask at the same time, and again after a second", async () => {
  const listing = new Listing();
  await Promise.all([listing.catalogue.find("a.txt"), listing.catalogue.find("films"), listing.catalogue.playlist("")]);
  expect(listing.lists).toBe(1);
  listing.clock.advance(1000);
  await listing.catalogue.find("a.txt");
  await listing.catalogue.playlist("");
  expect(listing.lists).toBe(1);
  listing.names.push("b");
  listing.clock.advance(1);
  expect((await listing.catalogue.find("b")).kind).toBe("found");
  expect(listing.lists).toBe(2);
});

test("gives the last list in the order of names, from any name on, and says how old it is", async () => {
  const { catalogue, clock } = new Listing();
  expect([[...catalogue.files], catalogue.files.bytes, catalogue.age, catalogue.isRested]).toEqual([
    [],
    0,
    Infinity,
    true,
  ]);
  await catalogue.refresh();
  clock.advance(10);
  const namesAfter = (name: string | null) => [...catalogue.after(name)].map((file) => file.name);
  expect(namesAfter(null)).toEqual(["a.txt", "films.txt", "films/deep/x.ogg", "films/e10.mp4", "films/e9.mp4"]);
  expect(namesAfter("films.txt")).toEqual(["films/deep/x.ogg", "films/e10.mp4", "films/e9.mp4"]);
  expect(namesAfter("films/f")).toEqual([]);
  expect([catalogue.files.bytes, catalogue.age, catalogue.isRested]).toEqual([5, 10, false]);
  expect([catalogue.files.get("films.txt")?.name, catalogue.files.get("films")]).toEqual(["films.txt", null]);
});

test("a list that takes long is not asked for again so soon", async () => {
  const listing = new Listing();
  listing.tookMs = 300;
  await listing.catalogue.refresh();
  listing.clock.advance(3000);
  expect(listing.catalogue.isRested).toBe(false);
  listing.clock.advance(1);
  expect(listing.catalogue.isRested).toBe(true);
});

test("the next pages of a folder are of the list of the first, for a while", async () => {
  const listing = new Listing();
  await listing.catalogue.folder("", "");
  listing.clock.advance(30_000);
  await listing.catalogue.folder("", "b");
  expect(listing.lists).toBe(1);
  await listing.catalogue.folder("", "");
  expect(listing.lists).toBe(2);
  listing.clock.advance(61_000);
  await listing.catalogue.folder("", "b");
  expect(listing.lists).toBe(3);
});

test("says why there is no catalogue now", async () => {
  const listing = new Listing();
  listing.failure = new Error("the central cannot be reached");
  const refusal = { kind: "unavailable", reason: "the central cannot be reached" } as const;
  expect(await listing.catalogue.find("a.txt")).toEqual(refusal);
  expect(await listing.catalogue.folder("", "")).toEqual(refusal);
});

test("what comes early in a list is answered before the rest has come", async () => {
  const listing = new Listing();
  listing.names = ["a", "b", "c", "d/1", "d/2", "d/3", "e", "f"];
  const rest = Promise.withResolvers<void>();
  listing.pause = rest.promise;
  const found = await listing.catalogue.find("a");
  expect([found.kind, listing.pages, listing.catalogue.files.length]).toEqual(["found", 1, 0]);
  const last = listing.catalogue.find("f");
  const missing = listing.catalogue.find("b0");
  const page = listing.catalogue.folder("d/", "");
  rest.resolve();
  expect([(await missing).kind, (await last).kind]).toEqual(["missing", "found"]);
  expect(await page).toMatchObject({ entries: [{ name: "1" }, { name: "2" }, { name: "3" }], next: null });
  expect([listing.lists, listing.catalogue.files.length]).toEqual([1, 8]);
});

test("a list that breaks off is an answer for what had come of it alone, and the next one is a new one", async () => {
  const listing = new Listing();
  listing.names = ["a", "b", "c"];
  const rest = Promise.withResolvers<void>();
  listing.pause = rest.promise;
  expect((await listing.catalogue.find("a")).kind).toBe("found");
  const end = listing.catalogue.find("c");
  const folder = listing.catalogue.folder("", "");
  const refreshed = listing.catalogue.refresh().catch((error: Error) => error.message);
  rest.reject(new Error("the central is gone"));
  const refusal = { kind: "unavailable", reason: "the central is gone" } as const;
  expect([await end, await folder, await refreshed]).toEqual([refusal, refusal, refusal.reason]);
  expect(listing.catalogue.files.length).toBe(0);
  listing.pause = Promise.resolve();
  expect((await listing.catalogue.find("c")).kind).toBe("found");
  expect(listing.lists).toBe(2);
});
