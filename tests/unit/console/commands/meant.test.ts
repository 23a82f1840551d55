import { expect, test } from "bun:test";
import { eachMeant } from "../../../../src/console/commands/meant.ts";
import { typedArguments } from "../../../../src/console/commands/typed-arguments.ts";

const known = ["two words", "a", "b c"];

async function meant(text: string): Promise<readonly string[]> {
  const find = async (one: string) => (known.includes(one) ? one.length : new Error(`no ${one}`));
  return (await eachMeant(typedArguments(text, {}), find)).map(([one, length]) => `${one}=${length}`);
}

test("a line means what all of it is called, and else what its words are called", async () => {
  expect(await meant("two words")).toEqual(["two words=9"]);
  expect(await meant('a "b c" a')).toEqual(["a=1", "b c=3"]);
  expect(await meant("'a'")).toEqual(["a=1"]);
});

test("where a word means nothing nothing is meant; of several that mean nothing the line is told", async () => {
  await expect(meant("a x 'b c'")).rejects.toThrow("no x");
  await expect(meant("x y")).rejects.toThrow("no x y");
  await expect(meant("x")).rejects.toThrow("no x");
});
