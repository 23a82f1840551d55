import { expect } from "bun:test";

const VALUE = (index: number) => `◆${index}◆`;

/** Each text with where it is in the table; a text with values is filled in with them. */
function textsOf(table: object, path = ""): [string, string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    const at = `${path}/${key}`;
    if (typeof value === "string") return [[at, value]];
    if (typeof value !== "function") return textsOf(value, at);
    return [[at, String(value(...Array.from({ length: value.length }, (_, index) => VALUE(index))))]];
  });
}

/** The values in a text, each as often as it is there. */
function valuesIn(text: string): string[] {
  return [...text.matchAll(/◆\d+◆/g)].map(([value]) => value).sort();
}

/** Checks that two languages have the same texts, with the same values in each. Gives how many there are. */
export function expectSameTexts(one: object, other: object): number {
  const [ones, others] = [textsOf(one), new Map(textsOf(other))];
  expect([...others.keys()].sort()).toEqual(ones.map(([at]) => at).sort());
  for (const [at, text] of ones) {
    const second = others.get(at) ?? "";
    expect([at, text.trim() !== "", second.trim() !== ""]).toEqual([at, true, true]);
    expect([at, valuesIn(second)]).toEqual([at, valuesIn(text)]);
  }
  return ones.length;
}
