import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
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

test("defects have names of their own", () => {
  expect(new Set(DEFECTS.map(({ name }) => name)).size).toBe(DEFECTS.length);
});

test("a defect whose text is not there exactly once is refused", () => {
  const defect: Defect = { name: "d", file: "f", find: "one", replace: "two", why: "" };
  expect(withDefect(defect, "one three")).toBe("two three");
  expect(() => withDefect(defect, "three")).toThrow("its text is there 0 times");
  expect(() => withDefect(defect, "one one one")).toThrow("its text is there 3 times");
});
