import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { INVARIANTS } from "../invariants/all.ts";
import { ACTION_KINDS } from "../scenario/kinds.ts";
import { DEFECTS } from "./all.ts";
import { type Defect, withDefect } from "./defect.ts";
import { ROOT } from "./plant.ts";

const text = (file: string) => readFileSync(join(ROOT, file), "utf8");

for (const defect of DEFECTS) {
  test(`"${defect.name}" still fits the program`, () => {
    const planted = withDefect(defect, text(defect.file));
    expect(planted).not.toBe(text(defect.file));
    // A syntax error would be found at once by everything.
    expect(() => new Bun.Transpiler({ loader: "ts" }).transformSync(planted)).not.toThrow();
  });
}

test.each(DEFECTS.map(({ name, breaks }) => [name, breaks] as const))("%s breaks what is checked", (_, breaks) => {
  expect(breaks).not.toEqual([]);
  const checked = INVARIANTS.map(({ name }) => name);
  expect(breaks.filter((name) => !checked.includes(name))).toEqual([]);
});

test.each(DEFECTS.map(({ name, needs = [] }) => [name, needs] as const))("what %s needs can happen", (_, needs) => {
  const kinds = ACTION_KINDS.map(({ name }) => name);
  expect(needs.filter((name) => !kinds.includes(name))).toEqual([]);
});

test("defects have names of their own", () => {
  expect(new Set(DEFECTS.map(({ name }) => name)).size).toBe(DEFECTS.length);
});

test("a defect whose text is not there exactly once is refused", () => {
  const defect: Defect = { name: "d", file: "f", find: "one", replace: "two", why: "", breaks: [] };
  expect(withDefect(defect, "one three")).toBe("two three");
  expect(() => withDefect(defect, "three")).toThrow("its text is there 0 times");
  expect(() => withDefect(defect, "one one one")).toThrow("its text is there 3 times");
});
