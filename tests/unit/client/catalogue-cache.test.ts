import { beforeEach, expect, test } from "bun:test";
import { CatalogueCache } from "../../../src/client/catalogue-cache.ts";
import type { CentralSession } from "../../../src/client/central-session.ts";
import type { ListedFile } from "../../../src/protocol/messages/client.ts";
import { FakeClock } from "../../support/fake-clock.ts";

let clock: FakeClock;
let names: string[];
let asked: number;
let isCentralThere: boolean;
let cache: CatalogueCache;

beforeEach(() => {
  clock = new FakeClock();
  [names, asked, isCentralThere] = [["film", "filter", "note"], 0, true];
  const session: Pick<CentralSession, "untilConnected" | "currentAttempt" | "list"> = {
    untilConnected: async () => {},
    currentAttempt: () => (isCentralThere ? Promise.resolve() : Promise.reject(new Error("no central"))),
    list: async () => {
      asked += 1;
      return names.map((name): ListedFile => ({ name }) as ListedFile);
    },
  };
  cache = new CatalogueCache(clock, session as CentralSession);
});

test("names are completed from the last list", async () => {
  expect(cache.complete("")).toEqual([]);
  await cache.fill();
  expect(cache.complete("fil")).toEqual(["film", "filter"]);
  expect(cache.complete("x")).toEqual([]);
  names = Array.from({ length: 1001 }, (_, index) => `n${index}`);
  await cache.refresh();
  expect(cache.complete("n")).toHaveLength(1000);
});

test("a list of two seconds is new enough; an older one is replaced for the next call", async () => {
  await cache.fill();
  names = ["new"];
  clock.advance(2000);
  cache.complete("");
  expect(asked).toBe(1);
  clock.advance(1);
  expect(cache.complete("f")).toEqual(["film", "filter"]);
  await Bun.sleep(0);
  expect([asked, cache.complete("n")]).toEqual([2, ["new"]]);
  expect(asked).toBe(2);
});

test("without the central the names stay as they were", async () => {
  await cache.fill();
  isCentralThere = false;
  clock.advance(3000);
  cache.complete("");
  await Bun.sleep(0);
  expect(cache.complete("note")).toEqual(["note"]);
  await expect(cache.refresh()).rejects.toThrow("no central");
});
