import { expect, test } from "bun:test";
import { nameAndNumber } from "../../../../src/console/commands/argument.ts";

const nothing = () => false;

test.each([
  ["film", { name: "film", number: null }],
  ["el viaje.mkv", { name: "el viaje.mkv", number: null }],
  ["el viaje.mkv 3", { name: "el viaje.mkv", number: 3 }],
  ['"el viaje.mkv" 3', { name: "el viaje.mkv", number: 3 }],
  ['"part 2" 3', { name: "part 2", number: 3 }],
  ["12", { name: "12", number: null }],
  ["12 3", { name: "12", number: 3 }],
])("%s", (argument, result) => {
  expect(nameAndNumber(argument, nothing)).toEqual(result);
});

test("a known name that ends with a number is the whole", () => {
  expect(nameAndNumber("part 2", (name) => name === "part 2")).toEqual({ name: "part 2", number: null });
});
