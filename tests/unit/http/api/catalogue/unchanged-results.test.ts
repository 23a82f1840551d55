import { expect, test } from "bun:test";
import { UnchangedResults } from "../../../../../src/http/api/catalogue/unchanged-results.ts";

test("what was found is kept as long as nothing has changed, and not where it changes meanwhile", async () => {
  let state: unknown[] = [1, "a"];
  let found = 0;
  const results = new UnchangedResults<number>(() => state);
  const get = (meanwhile = () => {}) =>
    results.get("key", async () => {
      meanwhile();
      found += 1;
      return [found];
    });
  expect([await get(), await get()]).toEqual([[1], [1]]);
  state = [1, "a", "b"];
  expect([await get(), await get()]).toEqual([[2], [2]]);
  state = [2, "a", "b"];
  const changing = () => {
    state = [3, "a", "b"];
  };
  expect(await get(changing)).toEqual([3]);
  expect([await get(), await get()]).toEqual([[4], [4]]);
});

test("very much is not kept", async () => {
  let found = 0;
  const results = new UnchangedResults<number>(() => []);
  const get = (length: number) =>
    results.get(`of ${length}`, async () => {
      found += 1;
      return Array<number>(length).fill(0);
    });
  for (let times = 0; times < 2; times++) await get(20_001);
  expect(found).toBe(2);
  for (let times = 0; times < 2; times++) await get(0);
  expect(found).toBe(3);
});
