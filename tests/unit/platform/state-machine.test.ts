import { expect, test } from "bun:test";
import { StateMachine, type Transitions } from "../../../src/platform/state-machine.ts";

type DoorState = "open" | "shut" | "locked";

const TRANSITIONS: Transitions<DoorState> = { open: ["shut"], shut: ["open", "locked"], locked: ["shut"] };

test("takes each step that the table allows", () => {
  const door = new StateMachine("a door", TRANSITIONS, "open");
  door.become("shut");
  door.become("locked");
  expect(door.state).toBe("locked");
  expect([door.is("locked"), door.is("open", "locked"), door.is("open", "shut")]).toEqual([true, true, false]);
});

test("throws at any other step, and stays where it was", () => {
  const door = new StateMachine("a door", TRANSITIONS, "open");
  expect(() => door.become("locked")).toThrow("a door cannot go from open to locked");
  expect(() => door.become("open")).toThrow("a door cannot go from open to open");
  expect(door.state).toBe("open");
});
