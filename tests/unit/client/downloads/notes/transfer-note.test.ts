import { expect, test } from "bun:test";
import { transferNote } from "../../../../../src/client/downloads/notes/transfer-note.ts";

const RUNNING = { state: "fetching", readySources: 3, hindrance: null } as const;

test("a transfer says how many sources it has, or what it waits for", () => {
  const hindrance = { kind: "sources", numbers: [2] } as const;
  expect([
    transferNote(null),
    transferNote({ ...RUNNING, readySources: 0 }),
    transferNote(RUNNING),
    transferNote({ ...RUNNING, hindrance }),
    transferNote({ ...RUNNING, state: "closing" }),
  ]).toEqual([
    ...["connecting to the secondaries", "connecting to the secondaries", "3 sources", "waiting for secondary 2"],
    "finishing",
  ]);
});
