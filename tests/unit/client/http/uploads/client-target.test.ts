import { expect, test } from "bun:test";
import { CentralUnreachable } from "../../../../../src/client/central-errors.ts";
import { clientTarget } from "../../../../../src/client/http/uploads/client-target.ts";
import type { UploadPlace } from "../../../../../src/client/uploads/upload-places.ts";
import { type ErrorCode, PeerError } from "../../../../../src/protocol/errors.ts";

const ID = "1".repeat(64);

function target(place: () => UploadPlace, missing: string | null = null) {
  let asked = 0;
  const places = {
    place: async () => {
      asked += 1;
      return place();
    },
    holders: async () => 1,
  };
  const version = { name: "f", id: ID, size: 1, modified: 1, sha256: null };
  const catalogue = {
    find: async (name: string) => {
      if (name === "f") return { kind: "found", version } as const;
      return { kind: name === "folder" ? "folder" : "missing" } as const;
    },
  };
  const made = clientTarget({ places, catalogue, missingRight: () => missing } as never);
  return { find: made.find, asked: () => asked };
}

const refusing = (code: ErrorCode) => () => {
  throw new PeerError(code, "the central says why");
};

test("what a name has is what the central says", async () => {
  const found = target(() => ({ base: ID, to: null }));
  expect(await found.find("f", 5)).toEqual({ kind: "found", version: { id: ID, modified: null } });
  expect(await target(() => ({ base: null, to: null })).find("g", 5)).toEqual({ kind: "found", version: null });
});

test("why a file is not taken, each with the status that programs expect", async () => {
  const reason = "the central says why";
  expect(await target(refusing("not-held")).find("g", 5)).toEqual({ kind: "refused", status: 503, reason });
  expect(await target(refusing("unwritable")).find("g", 5)).toMatchObject({ status: 507, reason });
  expect(await target(refusing("unwritable")).find("folder", 5)).toMatchObject({ status: 409 });
  expect(await target(refusing("unwritable")).find("f/g/h", 5)).toMatchObject({ status: 409 });
  const away = () => {
    throw new CentralUnreachable("it is away");
  };
  expect(await target(away).find("g", 5)).toMatchObject({ status: 503, reason: "it is away" });
});

test("a client that may put nothing asks the central for nothing, which would end its session", async () => {
  const reading = target(() => ({ base: null, to: null }), "its key has the right read");
  expect(await reading.find("g", 5)).toEqual({ kind: "refused", status: 403, reason: "its key has the right read" });
  expect(reading.asked()).toBe(0);
});
