import { expect, test } from "bun:test";
import { nameAndNumber, twoNames } from "../../../../src/console/commands/argument.ts";

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

const KNOWN = ["film", "a film", "a film of b"];

test.each([
  ["film other", ["film", "other"]],
  ["a film other name", ["a film", "other name"]],
  ["a film of b  c", ["a film of b", "c"]],
  ["a film 'x y'", ["a film", "x y"]],
  ['"x y" z', ["x y", "z"]],
  ['x "y z"', ["x", "y z"]],
  // As the command line passes two names in quotes on: without the outer ones.
  ['x y" "z w', ["x y", "z w"]],
  ["x y' 'z w", ["x y", "z w"]],
])("the two names of %p", (argument, expected) => {
  expect([...twoNames(argument, (name) => KNOWN.includes(name))]).toEqual(expected);
});

test.each(["x", "", "x y z", '"x y"', "'' x"])("%p are not two names", (argument) => {
  expect(() => twoNames(argument, (name) => KNOWN.includes(name))).toThrow("two names are needed");
});
