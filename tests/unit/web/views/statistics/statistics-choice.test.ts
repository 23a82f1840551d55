import { expect, test } from "bun:test";
import { choiceOf, queryOf } from "../../../../../src/web/views/statistics/statistics-choice.ts";

test("what is downloaded most comes first", () => {
  expect(choiceOf({})).toEqual({ of: "files", sort: "downloads", order: "desc" });
  expect(choiceOf({ of: "nonsense", sort: "x", order: "" })).toEqual({ of: "files", sort: "downloads", order: "desc" });
});

test("the address says what was chosen, and nothing else", () => {
  for (const query of [{}, { of: "clients" }, { sort: "name", order: "asc" }]) {
    expect(queryOf(choiceOf(query))).toEqual(query);
  }
});
