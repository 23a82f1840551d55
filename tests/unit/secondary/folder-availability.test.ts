import { beforeEach, expect, test } from "bun:test";
import type { Log } from "../../../src/platform/log/log.ts";
import { FolderAvailability } from "../../../src/secondary/folder-availability.ts";
import { english } from "../../../src/sentences/sentence.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const AWAY = "the shared folder v is not there";
/** Longer than until a folder that cannot be read is tried again. */
const RETRY_MS = 6000;

let clock: FakeClock;
/** What the parts of the secondary were told, in order; null: the folder is shared. */
let events: (string | null)[];
/** What reading the folder fails with; null: it is read. */
let failure: Error | null;
/** Whether the guard finds the folder. */
let present: boolean;
/** Tells of a change, as the guard does. */
let guardChanged: (there: boolean) => void;
let availability: FolderAvailability;

beforeEach(() => {
  clock = new FakeClock();
  events = [];
  failure = null;
  present = true;
  const note = (event: string) => void events.push(event);
  const log: Log = { info: note, warn: note, error: note };
  const read = async (event: string) => {
    events.push(event);
    if (failure) throw failure;
  };
  availability = new FolderAvailability({
    clock,
    log,
    guard: {
      get isPresent() {
        return present;
      },
      get reason() {
        return AWAY;
      },
      checkPresent: async () => present,
      watch: (listener) => {
        guardChanged = listener;
      },
    },
    loadFiles: () => read("load"),
    reloadFiles: () => read("reload"),
    suspend: () => events.push("suspend"),
    notify: (reason) => events.push(reason === null ? null : english(reason)),
  });
});

async function changeTo(there: boolean): Promise<void> {
  present = there;
  guardChanged(there);
  await settle();
}

/** Lets all that is waiting for a promise go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

const COMING = expect.stringContaining("its disk is back");

test("a folder that is there is shared once its files are loaded", async () => {
  await availability.start();
  expect(events).toEqual(["load", null]);
  expect(availability.reason).toBeNull();
});

test("a folder that is not there at the start is loaded when it comes", async () => {
  present = false;
  await availability.start();
  expect(events).toEqual([AWAY]);
  expect(availability.reason).toBe(AWAY);
  await changeTo(true);
  expect(events.slice(1)).toEqual([COMING, "load", null]);
});

test("a folder that goes is suspended, and its files are read again when it comes back", async () => {
  await availability.start();
  await changeTo(false);
  expect(events.slice(2)).toEqual(["suspend", AWAY]);
  expect(availability.reason).toBe(AWAY);
  await changeTo(true);
  expect(events.slice(4)).toEqual([COMING, "reload", null]);
});

test("a folder that is there and cannot be read at the start is an error of the start", async () => {
  failure = new Error("a disk error");
  expect(await availability.start().catch((error: Error) => error.message)).toBe("a disk error");
});

test("a folder that came back and cannot be read is tried again until it can", async () => {
  await availability.start();
  await changeTo(false);
  failure = new Error("a disk error");
  await changeTo(true);
  expect(events.slice(4)).toEqual([COMING, "reload", "unreadable"]);
  failure = null;
  clock.advance(RETRY_MS);
  await settle();
  expect(events.slice(7)).toEqual(["reload", null]);
});

test("what was begun before the folder went again does not say that it is shared, and is not tried again", async () => {
  await availability.start();
  await changeTo(false);
  failure = new Error("a disk error");
  await changeTo(true);
  await changeTo(false);
  const before = events.length;
  expect(clock.pending).toBe(0);
  clock.advance(RETRY_MS);
  await settle();
  expect(events.length).toBe(before);
  expect(availability.reason).toBe(AWAY);
});

test("a folder that goes while it is read is no error", async () => {
  failure = new Error("a disk error");
  const starting = availability.start();
  present = false;
  await starting;
  expect(events).toEqual(["load"]);
  failure = null;
  await changeTo(true);
  expect(events.slice(1)).toEqual([COMING, "load", null]);
});

test("a secondary that stops tries no more to read its folder", async () => {
  await availability.start();
  await changeTo(false);
  failure = new Error("a disk error");
  await changeTo(true);
  expect(clock.pending).toBe(1);
  availability.stop();
  expect(clock.pending).toBe(0);
});
