import { expect, test } from "bun:test";
import { chooseVersion, KeptFiles } from "../../../../src/central/operations/kept-files.ts";
import { MAX_BATCH } from "../../../../src/protocol/fields.ts";
import type { KeptFile } from "../../../../src/protocol/messages/kept.ts";
import type { Message, Messages } from "../../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { id } from "../fixtures.ts";

function kept(serial: number, changes: Partial<KeptFile> = {}): KeptFile {
  return {
    serial,
    name: "f",
    number: serial,
    id: id(String(serial)),
    size: 1,
    at: serial * 1000,
    why: "replaced",
    ...changes,
  };
}

/** Secondaries with these kept files, the newest first; those with null never answer. */
function cluster(keptBy: Readonly<Record<number, readonly KeptFile[] | null>>, away: readonly number[] = []) {
  const clock = new FakeClock();
  const sent: Message[] = [];
  const refusing = new Set<number>();
  const answer = (number: number, message: Message) => {
    sent.push(message);
    const files = keptBy[number];
    if (!files) return;
    if (message.type === "restore") {
      const fault = refusing.has(number) ? "no room" : null;
      queueMicrotask(() => all.answered(number, { type: "restored", request: message.request, fault }));
    }
    if (message.type !== "kept") return;
    const page = files.filter(({ serial, name }) => {
      return serial < (message.before ?? Number.MAX_SAFE_INTEGER) && name === (message.name ?? name);
    });
    const answer: Messages["keeping"] = {
      type: "keeping",
      request: message.request,
      files: page.slice(0, MAX_BATCH),
      more: page.length > MAX_BATCH,
    };
    queueMicrotask(() => all.answered(number, answer));
  };
  const channels = new Map(
    Object.keys(keptBy).map((number) => {
      const send = (message: Message) => answer(Number(number), message);
      return [Number(number), { send }];
    }),
  );
  const secondaries = { sorted: () => away.map((number) => ({ number, isPresent: false })) };
  const all = new KeptFiles({ clock, channels, secondaries });
  return { all, clock, sent, refusing, channels };
}

test("all secondaries are asked, and the same version is one, with those who keep it", async () => {
  const { all } = cluster({
    1: [kept(2), kept(1)],
    2: [kept(9, { number: 1, id: id("1"), at: 1500, why: "removed" })],
  });
  const { versions, more, silent } = await all.list(null, 100);
  expect(versions.map(({ number, at, why, numbers }) => ({ number, at, why, numbers }))).toEqual([
    { number: 2, at: 2000, why: "replaced", numbers: [1] },
    { number: 1, at: 1500, why: "removed", numbers: [1, 2] },
  ]);
  expect({ more, silent }).toEqual({ more: false, silent: [] });
});

test("those who keep a version are named in the order of their numbers, whoever came first", async () => {
  const { all, channels } = cluster({ 1: [kept(1)], 2: [kept(1)], 3: [kept(1)] });
  for (const number of [2, 1]) {
    const channel = channels.get(number);
    if (!channel) throw new Error("it is there");
    channels.delete(number);
    channels.set(number, channel);
  }
  expect((await all.list(null, 100)).versions.map(({ numbers }) => numbers)).toEqual([[1, 2, 3]]);
});

test("pages are asked for one after the other, no more than are wanted", async () => {
  const files = Array.from({ length: 1000 }, (_, index) => kept(1000 - index));
  const { all, sent } = cluster({ 1: files });
  expect((await all.list(null, 5000)).versions).toHaveLength(1000);
  expect(sent).toHaveLength(4);
  expect((await all.list(null, MAX_BATCH)).versions).toHaveLength(MAX_BATCH);
  const some = await all.list(null, 300);
  expect(some.versions).toHaveLength(2 * MAX_BATCH);
  expect(some.more).toBe(true);
  expect((await all.list("g", 300)).versions).toEqual([]);
});

test("a secondary that does not answer, or goes, is named, and the others are listed", async () => {
  const { all, clock } = cluster({ 1: [kept(1)], 2: null, 3: null }, [4]);
  const listing = all.list(null, 100);
  all.secondaryLost(3);
  await Promise.resolve();
  clock.advance(5000);
  const { versions, silent } = await listing;
  expect(versions).toHaveLength(1);
  expect(silent).toEqual([2, 3, 4]);
});

test("a secondary that says the same page again and again does not make it endless", async () => {
  const { all, channels, sent } = cluster({ 1: null });
  channels.set(1, {
    send(message) {
      sent.push(message);
      if (message.type !== "kept") return;
      const { request } = message;
      queueMicrotask(() => all.answered(1, { type: "keeping", request, files: [kept(5)], more: true }));
    },
  });
  const { versions } = await all.list(null, 100_000);
  expect(versions).toHaveLength(1);
  expect(sent).toHaveLength(2);
});

test("answers of another secondary, and late ones, are nobody's", async () => {
  const { all, clock, sent } = cluster({ 1: null });
  const listing = all.list(null, 100);
  const [question] = sent as Messages["kept"][];
  all.answered(2, { type: "keeping", request: question?.request ?? 0, files: [kept(1)], more: false });
  clock.advance(5000);
  expect((await listing).silent).toEqual([1]);
  all.answered(1, { type: "keeping", request: question?.request ?? 0, files: [kept(1)], more: false });
  expect(clock.pending).toBe(0);
});

test("a version is restored by one secondary, the next where one cannot", async () => {
  const one = cluster({ 1: [kept(1)], 2: [kept(1)] });
  const [version] = (await one.all.list("f", 10)).versions;
  if (!version) throw new Error("nothing is kept");
  expect(await one.all.restore(version)).toBe(1);
  expect(one.sent.filter(({ type }) => type === "restore")).toHaveLength(1);
  one.refusing.add(1);
  expect(await one.all.restore(version)).toBe(2);
  one.refusing.add(2);
  await expect(one.all.restore(version)).rejects.toThrow(
    "f was not restored: secondary 1: no room; secondary 2: no room",
  );
});

test("a secondary has time to read a large file before it puts it back", async () => {
  const { all, clock } = cluster({ 1: null });
  const restored = all.restore({ ...kept(1, { size: 1_000_000_000 }), numbers: [1] });
  clock.advance(100_000);
  expect(clock.pending).toBe(1);
  clock.advance(5_000);
  await expect(restored).rejects.toThrow("f was not restored: secondary 1: it does not answer");
});

test("the newest is the one with the highest number, whatever the clocks say", () => {
  const version = (number: number, at: number) => ({ ...kept(number), at, numbers: [1] });
  const versions = [version(1, 9000), version(3, 10), version(2, 20)];
  expect(chooseVersion(versions, null)?.number).toBe(3);
  expect(chooseVersion(versions, 1)?.number).toBe(1);
  expect(chooseVersion(versions, 7)).toBeNull();
  // Before they have numbers, the time has to do.
  expect(chooseVersion([version(0, 1), version(0, 2)], null)?.at).toBe(2);
});

test("what is kept on a disk that is missing is not asked for, and not called nothing", async () => {
  const { all, sent } = cluster({ 1: [kept(1)], 2: [] }, [2]);
  const { versions, silent } = await all.list(null, 100);
  expect([versions.length, silent, sent.length]).toEqual([1, [2], 1]);
});

test("the latest are listed first, whoever keeps them", async () => {
  const { all } = cluster({ 1: [kept(1)], 2: [kept(3), kept(2)] });
  expect((await all.list(null, 100)).versions.map(({ number }) => number)).toEqual([3, 2, 1]);
});
