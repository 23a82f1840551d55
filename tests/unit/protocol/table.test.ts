import { describe, expect, test } from "bun:test";
import type { MessageType } from "../../../src/protocol/messages/messages.ts";
import type { Role } from "../../../src/protocol/messages/session.ts";
import { illegal, mayBecome, RULES, type SessionState } from "../../../src/protocol/table.ts";

const ROLES: readonly Role[] = ["central", "secondary", "client"];
const STATES: readonly SessionState[] = ["greeting", "joining", "open", "closed"];
const TYPES = Object.keys(RULES) as MessageType[];

describe("the table of messages", () => {
  test("lets through what it lists and nothing else", () => {
    for (const type of TYPES) {
      const { from, to, states } = RULES[type];
      for (const sender of ROLES) {
        for (const receiver of ROLES) {
          for (const state of STATES) {
            const listed = from.includes(sender) && to.includes(receiver) && states.includes(state);
            expect(illegal(type, sender, receiver, state) === null).toBe(listed);
          }
        }
      }
    }
  });

  test("says what is wrong", () => {
    expect(illegal("register", "client", "central", "joining")).toBe(
      "register is not for a client to send to a central",
    );
    expect(illegal("list", "client", "central", "joining")).toBe("list is not allowed while joining");
  });

  test("lets nothing through before the greeting but the greeting, and nothing after the end", () => {
    const early = TYPES.filter((type) => RULES[type].states.includes("greeting"));
    expect(early).toEqual(["hello", "welcome", "error"]);
    for (const type of TYPES) expect(RULES[type].states).not.toContain("closed");
  });

  test("keeps clients from acting as secondaries, and everybody from acting as the central", () => {
    for (const type of ["register", "announce", "removed", "unfetched"] as const) {
      expect(RULES[type].from).toEqual(["secondary"]);
    }
    for (const type of ["fetch", "remove", "conflict", "withdraw", "granted", "sources", "suspect"] as const) {
      expect(RULES[type].from).toEqual(["central"]);
    }
  });
});

describe("a session's state", () => {
  test("goes forward only", () => {
    const ways = STATES.flatMap((from) => STATES.filter((to) => mayBecome(from, to)).map((to) => `${from} → ${to}`));
    expect(ways).toEqual([
      "greeting → joining",
      "greeting → open",
      "greeting → closed",
      "joining → open",
      "joining → closed",
      "open → closed",
    ]);
  });
});
