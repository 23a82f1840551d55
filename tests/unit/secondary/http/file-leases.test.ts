import { expect, test } from "bun:test";
import type { OpenReply } from "../../../../src/http/secondary/backend.ts";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { FileLeases } from "../../../../src/secondary/http/file-leases.ts";
import type { IndexedFile } from "../../../../src/secondary/index/file-record.ts";
import type { OpenFile } from "../../../../src/secondary/serving/descriptor-cache.ts";
import { inEnglish } from "../../../support/in-english.ts";

const STATE = { size: 5, mtimeNs: 1_700_000_000_123_456_789n, inode: 3n };
const NOTHING_SENT = { sent: null, remoteHost: "ana", unreadable: false };

/** A folder with `names`, each of a version of its own, or of the version behind an equals sign. */
function setUp(names: readonly string[], { maxLeases = 10, maxFiles = 10 } = {}) {
  const records = new Map(
    names.map((text) => {
      const [name = "", id = name] = text.split("=");
      const record = { name, id, size: 5, mtimeNs: STATE.mtimeNs, sha256: "ee" } as IndexedFile;
      return [name, record];
    }),
  );
  const events: string[] = [];
  let acquire = async (id: string): Promise<OpenFile | null> => ({
    fd: 7,
    size: 5,
    state: STATE,
    release: (unreadable) => void events.push(`${unreadable ? "unreadable" : "released"} ${id}`),
  });
  const now = { away: null as string | null, whyIncomplete: null as string | null };
  const leases = new FileLeases({
    index: { get: (name) => records.get(name), hasFolder: (name) => name === "folder" },
    descriptors: { acquire: (id) => acquire(id) },
    obstacle: () => now.away,
    whyIncomplete: () => now.whyIncomplete,
    sent: ({ name }, { sent }) => void events.push(`sent ${name} ${sent && `${sent.start}-${sent.end}`}`),
    maxLeases,
    maxFiles,
  });
  const opened = async (name: string) => {
    const reply = await leases.open(name);
    if (reply.kind !== "opened") throw new Error(JSON.stringify(reply));
    return reply;
  };
  return {
    leases,
    events,
    now,
    opened,
    acquireWith: (instead: typeof acquire) => {
      acquire = instead;
    },
  };
}

const reasonOf = (reply: OpenReply) => (reply.kind === "unavailable" ? inEnglish(reply.reason) : reply.kind);

test("a file is open until its lease is given back", async () => {
  const { leases, events, opened } = setUp(["film.mkv"]);
  const { lease, file, version } = await opened("film.mkv");
  expect(file).toEqual({ fd: 7, state: STATE });
  expect(version).toEqual({
    name: "film.mkv",
    id: "film.mkv",
    size: 5,
    modified: 1_700_000_000_123_456,
    sha256: "ee",
  });
  expect([...leases.active()]).toEqual([["film.mkv", 1]]);
  leases.release(lease, { ...NOTHING_SENT, sent: { start: 0, end: 5 } });
  leases.release(lease, NOTHING_SENT);
  expect(events).toEqual(["released film.mkv", "sent film.mkv 0-5"]);
  for (const bytes of [3, 2]) leases.countSent(bytes);
  expect(leases.sentBytes).toBe(5);
  expect([...leases.active()]).toEqual([]);
});

test("a file that could not be read is opened anew by the next one", async () => {
  const { leases, events, opened } = setUp(["film.mkv"]);
  const { lease } = await opened("film.mkv");
  leases.release(lease, { ...NOTHING_SENT, unreadable: true });
  expect(events[0]).toBe("unreadable film.mkv");
});

test("what is not there is told apart from what is not known", async () => {
  const { leases, now } = setUp(["film.mkv"]);
  expect(await leases.open("other.mkv")).toEqual({ kind: "missing" });
  expect(await leases.open("folder")).toEqual({ kind: "folder" });
  now.whyIncomplete = "the shared folder is still being read";
  expect(reasonOf(await leases.open("other.mkv"))).toBe("the shared folder is still being read");
  expect((await leases.open("film.mkv")).kind).toBe("opened");
  now.away = "the disk is not there";
  expect(reasonOf(await leases.open("film.mkv"))).toBe("the disk is not there");
});

test("no more are open at once than may be", async () => {
  const { leases, opened } = setUp(["a", "b", "c"], { maxLeases: 3, maxFiles: 2 });
  const first = await opened("a");
  await opened("b");
  const tooMany = "too many files are being downloaded from here";
  expect(reasonOf(await leases.open("c"))).toBe(tooMany);
  // The descriptor of a file is for all who read it.
  const third = await opened("a");
  expect(reasonOf(await leases.open("b"))).toBe(tooMany);
  leases.release(first.lease, NOTHING_SENT);
  expect(reasonOf(await leases.open("c"))).toBe(tooMany);
  leases.release(third.lease, NOTHING_SENT);
  expect((await leases.open("c")).kind).toBe("opened");
});

test("what cannot be opened takes no room, and the reason is given", async () => {
  const { leases, acquireWith, opened } = setUp(["a", "b"], { maxLeases: 1 });
  acquireWith(async () => null);
  expect(reasonOf(await leases.open("a"))).toBe("the file was changed just now, and is being verified");
  acquireWith(async () => {
    throw new DiskError("limit", "a", "too many open files");
  });
  expect(reasonOf(await leases.open("a"))).toBe("too many files are open here");
  acquireWith(async () => {
    throw new DiskError("denied", "a", "permission denied");
  });
  expect(reasonOf(await leases.open("a"))).toBe("the file cannot be opened: permission denied");
  acquireWith(async () => ({ fd: 1, size: 5, state: STATE, release() {} }));
  await opened("b");
});

test("the death of the thread gives everything back, also what is being opened for it", async () => {
  const { leases, events, acquireWith, opened } = setUp(["a", "b"], { maxLeases: 2 });
  const { lease } = await opened("a");
  const { promise, resolve } = Promise.withResolvers<OpenFile | null>();
  acquireWith(() => promise);
  const late = leases.open("b");
  leases.releaseAll();
  resolve({ fd: 1, size: 5, state: STATE, release: () => void events.push("released b") });
  expect(reasonOf(await late)).toBe("the server is being started again");
  expect(events).toEqual(["released a", "released b"]);
  // The lease of the dead thread means nothing to the next one, and there is room for as many as before.
  leases.release(lease, NOTHING_SENT);
  acquireWith(async () => ({ fd: 1, size: 5, state: STATE, release() {} }));
  await opened("a");
  await opened("b");
  expect(events).toHaveLength(2);
});
