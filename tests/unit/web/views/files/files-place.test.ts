import { expect, test } from "bun:test";
import fc from "fast-check";
import { addressOf, parseRoute } from "../../../../../src/web/routing/route.ts";
import {
  baseNameOf,
  type FilesPlace,
  filesAddress,
  filesPlace,
  filesRoute,
  inFolder,
  nextOrder,
  parentOf,
  waysTo,
} from "../../../../../src/web/views/files/files-place.ts";

const segment = fc.stringMatching(/^[a-zñ %?#&+]{1,5}$/);
const path = fc.array(segment, { maxLength: 3 }).map((names) => names.join("/"));
const places: fc.Arbitrary<FilesPlace> = fc
  .record({
    folder: path,
    below: fc.option(fc.array(segment, { minLength: 1, maxLength: 2 }).map((names) => names.join("/"))),
    plays: fc.boolean(),
    search: fc.string(),
    sort: fc.constantFrom("name", "size", "modified", "holders"),
    order: fc.constantFrom("asc", "desc"),
    flat: fc.boolean(),
  })
  .map(({ folder, below, plays, ...rest }) => {
    const file = below === null ? null : folder === "" ? below : `${folder}/${below}`;
    return { folder, file, plays: plays && file !== null, ...rest } as FilesPlace;
  });

test("every place is in its address", () => {
  fc.assert(fc.property(places, (place) => expect(filesPlace(parseRoute(filesAddress(place)))).toEqual(place)));
});

test("the address of a folder, of a file in it, and of one that was found deeper", () => {
  const start = filesPlace({ path: "", query: {} });
  expect(filesAddress(start)).toBe("#/files/");
  expect(filesAddress(inFolder(start, "a b/c"))).toBe("#/files/a%20b/c/");
  expect(filesAddress({ ...start, folder: "a", file: "a/film.mkv", plays: true })).toBe("#/files/a/film.mkv?play=1");
  expect(addressOf(filesRoute({ ...start, file: "a/film.mkv", search: "film" }))).toBe(
    "#/files/a/film.mkv?search=film&in=%2F",
  );
});

test("what an address says that is not known is left out", () => {
  const place = filesPlace({ path: "a/", query: { sort: "colour", order: "up", flat: "yes", play: "1" } });
  expect(place).toEqual({ folder: "a", file: null, plays: false, search: "", sort: "name", order: "asc", flat: false });
});

test("folders of a name", () => {
  expect(["", "a", "a/b", "a/b/c"].map(parentOf)).toEqual(["", "", "a", "a/b"]);
  expect(["", "a", "a/b"].map(baseNameOf)).toEqual(["", "a", "b"]);
  expect(waysTo("")).toEqual([]);
  expect(waysTo("a/b")).toEqual([
    { name: "a", path: "a" },
    { name: "b", path: "a/b" },
  ]);
});

test("a column is ordered as people look for it, and the other way round when it is chosen again", () => {
  const place = { sort: "name", order: "asc" } as const;
  expect(nextOrder(place, "size")).toEqual({ sort: "size", order: "desc" });
  expect(nextOrder(place, "holders")).toEqual({ sort: "holders", order: "asc" });
  expect(nextOrder(place, "name")).toEqual({ sort: "name", order: "desc" });
  expect(nextOrder({ sort: "size", order: "desc" }, "size")).toEqual({ sort: "size", order: "asc" });
});
