import { describe, expect, test } from "bun:test";
import {
  MESSAGE_RULES,
  ruleViolation,
  SESSION_TRANSITIONS,
  type SessionState,
} from "../../../src/protocol/message-rules.ts";
import type { MessageType } from "../../../src/protocol/messages/messages.ts";
import type { Role } from "../../../src/protocol/messages/session.ts";

const ROLES: readonly Role[] = ["central", "secondary", "client"];
const STATES: readonly SessionState[] = ["greeting", "joining", "open", "closed"];
const TYPES = Object.keys(MESSAGE_RULES) as MessageType[];

describe("the table of messages", () => {
  test("lets through what it lists and nothing else", () => {
    for (const type of TYPES) {
      const { from, to, states } = MESSAGE_RULES[type];
      for (const sender of ROLES) {
        for (const receiver of ROLES) {
          for (const state of STATES) {
            const listed = from.includes(sender) && to.includes(receiver) && states.includes(state);
            expect(ruleViolation(type, sender, receiver, state) === null).toBe(listed);
          }
        }
      }
    }
  });

  test("says what is wrong", () => {
    expect(ruleViolation("register", "client", "central", "joining")).toBe(
      "register is not for a client to send to a central",
    );
    expect(ruleViolation("list", "client", "central", "joining")).toBe("list is not allowed while joining");
  });

  test("lets nothing through before the greeting but the greeting, and nothing after the end", () => {
    const early = TYPES.filter((type) => MESSAGE_RULES[type].states.includes("greeting"));
    expect(early).toEqual(["hello", "welcome", "error"]);
    for (const type of TYPES) expect(MESSAGE_RULES[type].states).not.toContain("closed");
  });

  test("asks a right for each message of a client but for those of every session, and none for others", () => {
    for (const type of TYPES) {
      const { from, right } = MESSAGE_RULES[type];
      const needsOne = from.includes("client") && !["hello", "error", "ping", "pong"].includes(type);
      expect([type, right !== null]).toEqual([type, needsOne]);
    }
  });

  test("keeps clients from acting as secondaries, and everybody from acting as the central", () => {
    for (const type of ["register", "announce", "removed", "unfetched"] as const) {
      expect(MESSAGE_RULES[type].from).toEqual(["secondary"]);
    }
    for (const type of ["fetch", "remove", "conflict", "withdraw", "granted", "sources", "suspect"] as const) {
      expect(MESSAGE_RULES[type].from).toEqual(["central"]);
    }
  });
});

describe("a session's state", () => {
  test("goes forward only", () => {
    const ways = STATES.flatMap((from) => SESSION_TRANSITIONS[from].map((to) => `${from} → ${to}`));
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
