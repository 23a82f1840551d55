import { describe, expect, test } from "bun:test";
import type { Identity } from "../../../../src/keys/identity.ts";
import { authenticatedReport, missingRight, rightViolation } from "../../../../src/net/session/authenticated.ts";
import { MESSAGE_RULES } from "../../../../src/protocol/message-rules.ts";
import type { Report } from "../../../../src/protocol/messages/client.ts";
import type { MessageType } from "../../../../src/protocol/messages/messages.ts";
import { RIGHTS, type Rights } from "../../../../src/protocol/rights.ts";
import { shown } from "../../../../src/text/shown/sentence.ts";
import { speak } from "../../../../src/text/texts.ts";

const TYPES = Object.keys(MESSAGE_RULES) as MessageType[];
const ana = (rights: Rights): Identity => ({ role: "client", name: "ana", rights });

describe("the right to send a message", () => {
  test("is looked at for every message: each client may send what its right, or less, is enough for", () => {
    for (const type of TYPES) {
      const { right } = MESSAGE_RULES[type];
      for (const [index, rights] of RIGHTS.entries()) {
        const enough = right === null || RIGHTS.indexOf(right) <= index;
        expect([type, rights, rightViolation(type, ana(rights)) === null]).toEqual([type, rights, enough]);
      }
    }
  });

  test("is not asked of servers, and of nobody where there are no keys", () => {
    const others: (Identity | null)[] = [{ role: "central" }, { role: "secondary", number: 2 }, null];
    for (const type of TYPES) for (const peer of others) expect(rightViolation(type, peer)).toBeNull();
  });

  test("that is missing is named, with the one that there is, and how to get it", () => {
    expect(String(missingRight("remove", "write", ana("read")))).toBe(
      "the key of client ana has the right read, and remove needs write: who has the cluster key can make one with it (redes key client NAME --write)",
    );
    expect(String(missingRight("revoke", "admin", ana("write")))).toContain(
      "has the right write, and revoke needs admin",
    );
    expect(missingRight("remove", "write", ana("admin"))).toBeNull();
  });

  test.each([
    [["place", "put", "give", "publish"], "to put files", "subir archivos"],
    [["remove-files"], "to remove files", "borrar archivos"],
    [["move-files"], "to move files", "mover archivos"],
    [["restore-file"], "to restore files", "devolver archivos"],
    [["keys"], "to list keys", "ver las claves"],
    [["revoke"], "to revoke keys", "revocar claves"],
  ] as const)("to send %p is told as what people do", (types, doing, spanish) => {
    for (const type of types) {
      const violation = rightViolation(type, ana("read"));
      expect(String(violation)).toContain(`has the right read, and ${doing} needs `);
      speak("es");
      expect(violation && shown(violation)).toContain(`tiene el permiso read, y ${spanish} necesita `);
      speak("en");
    }
  });
});

test("a report is of the client whose key has sent it, and as it is where a secondary passes it on or there are no keys", () => {
  const report: Report = {
    ...{ download: "0".repeat(32), client: "eva", name: "f", id: "1".repeat(64), outcome: "done", sources: [1] },
  };
  expect(authenticatedReport(report, ana("read"))).toEqual({ ...report, client: "ana" });
  for (const peer of [{ role: "secondary", number: 2 } as const, null]) {
    expect(authenticatedReport(report, peer)).toEqual(report);
  }
});
