import { beforeEach, expect, test } from "bun:test";
import { CentralUnreachable } from "../../../src/client/central-errors.ts";
import { PendingRequests } from "../../../src/client/pending-requests.ts";
import { PeerError } from "../../../src/protocol/errors.ts";
import type { Message, Messages } from "../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../support/fake-clock.ts";

let clock: FakeClock;
let requests: PendingRequests;
let sent: Message[];

beforeEach(() => {
  clock = new FakeClock();
  requests = new PendingRequests(clock, "central:1");
  sent = [];
});

/** Asks for the list; gives the number of the request, and its end. */
function ask(): { request: number; end: Promise<unknown> } {
  let made = 0;
  const end = requests.send(
    "listing",
    (request) => {
      made = request;
      return { type: "list", request, after: null };
    },
    (message) => void sent.push(message),
  );
  return { request: made, end: end.catch((error: unknown) => error) };
}

function listing(request: number): Messages["listing"] {
  return { type: "listing", request, files: [], more: false };
}

test("each request has a number of its own, and gets its own answer", async () => {
  const first = ask();
  const second = ask();
  expect(sent).toEqual([
    { type: "list", request: first.request, after: null },
    { type: "list", request: second.request, after: null },
  ]);
  expect(first.request).not.toBe(second.request);
  requests.answered(listing(second.request));
  requests.answered(listing(first.request));
  expect(await second.end).toEqual(listing(second.request));
  expect(await first.end).toEqual(listing(first.request));
  expect(clock.pending).toBe(0);
});

test("an answer to no request, or a second one, changes nothing", async () => {
  requests.answered(listing(77));
  requests.refused({ type: "refusal", request: 77, code: "busy", message: "no" });
  const { request, end } = ask();
  requests.answered(listing(request));
  requests.answered({ ...listing(request), more: true });
  expect(await end).toEqual(listing(request));
});

test("an answer of another type is none", async () => {
  const { request, end } = ask();
  requests.answered({ type: "tallied", request, rows: [], more: false });
  const error = await end;
  expect(error).toBeInstanceOf(CentralUnreachable);
  expect(error).toMatchObject({ message: "the central gave another answer" });
});

test("a refusal rejects with what the central says", async () => {
  const { request, end } = ask();
  requests.refused({ type: "refusal", request, code: "not-synchronized", message: "secondary 2 is missing" });
  const error = await end;
  expect(error).toBeInstanceOf(PeerError);
  expect(error).toMatchObject({ code: "not-synchronized", message: "secondary 2 is missing" });
  expect(clock.pending).toBe(0);
});

test("no answer is waited for longer than ten seconds", async () => {
  const { request, end } = ask();
  clock.advance(9999);
  expect(clock.pending).toBe(1);
  clock.advance(1);
  expect(await end).toMatchObject({ message: "the central central:1 does not answer" });
  expect(await end).toBeInstanceOf(CentralUnreachable);
  requests.answered(listing(request));
});

test("all are rejected when the session is over", async () => {
  const ends = [ask().end, ask().end];
  requests.rejectAll(new CentralUnreachable("gone"));
  for (const end of ends) expect(await end).toMatchObject({ message: "gone" });
  expect(clock.pending).toBe(0);
});
