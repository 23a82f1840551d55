import { expect, test } from "bun:test";
import fc from "fast-check";
import { filesFrom, nameBefore } from "../../../../src/client/selection/name-range.ts";
import { isName } from "../../../../src/protocol/name.ts";
import { PagedCatalogue } from "./pages.ts";

async function namesFrom(names: readonly string[], start: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of filesFrom(new PagedCatalogue(names), start)) found.push(name);
  return found;
}

test.each<[string, string | null]>([
  ["series/", "series.\uffff"],
  ["S0", "S/\uffff"],
  // No name may be before a slash, or after one.
  ["a/0", "a.\uffff"],
  ["a ", "`\uffff"],
  ["", null],
  ["/", null],
  [" ", null],
])("the name before %j is %j", (start, before) => {
  expect(nameBefore(start)).toBe(before);
});

test("the files of a beginning are found, whatever it is", async () => {
  const letter = fc.constantFrom("a", "b", " ", ".", "/", "0", "-", "ñ", "😀", "\uffff", "~");
  const text = fc.array(letter, { maxLength: 5 }).map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(text.filter(isName), { maxLength: 20 }), text, async (names, start) => {
      const before = nameBefore(start);
      expect(before === null || before < start).toBe(true);
      expect(await namesFrom(names, start)).toEqual([...names].sort().filter((name) => name.startsWith(start)));
    }),
    { numRuns: 500 },
  );
});
