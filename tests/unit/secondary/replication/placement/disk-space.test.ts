import { expect, test } from "bun:test";
import { MIB } from "../../../../../src/platform/units.ts";
import { DiskSpace } from "../../../../../src/secondary/replication/placement/disk-space.ts";

/** A disk with so many bytes free, and kept files of so many. */
function roomOn(disk: { free: number; kept?: number }): DiskSpace {
  return new DiskSpace({
    disk: { freeBytes: async () => disk.free },
    freeSpace: async (_folder, bytes) => {
      const freed = Math.min(disk.kept ?? 0, Math.max(0, bytes - disk.free));
      disk.free += freed;
      disk.kept = (disk.kept ?? 0) - freed;
      return disk.free;
    },
    freeableBytes: async () => disk.kept ?? 0,
  });
}

test("of two files that do not fit together one is begun, and the other when there is room again", async () => {
  const disk = { free: 16 * MIB };
  const room = roomOn(disk);
  const tries = await Promise.allSettled([room.reserve("d", () => 12 * MIB), room.reserve("d", () => 12 * MIB)]);
  expect(tries.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(tries[1]).toMatchObject({ reason: { failure: "full", message: "the disk has no room for its 12.0 MiB" } });
  if (tries[0]?.status === "fulfilled") tries[0].value.release();
  expect(await room.hasSpaceFor("d", 12 * MIB)).toBe(true);
});

test("what is still to come of a copy is kept free, and no more", async () => {
  const disk = { free: 16 * MIB };
  const room = roomOn(disk);
  let left = 12 * MIB;
  await room.reserve("d", () => left);
  expect(await room.hasSpaceFor("d", 4 * MIB)).toBe(false);
  // Half of it has come.
  left = 6 * MIB;
  disk.free = 10 * MIB;
  expect(await room.hasSpaceFor("d", 3 * MIB)).toBe(true);
  expect(await room.hasSpaceFor("d", 4 * MIB)).toBe(false);
});

test("another file system has room of its own", async () => {
  const room = roomOn({ free: 16 * MIB });
  await room.reserve("d", () => 12 * MIB);
  await room.reserve("other", () => 12 * MIB);
  expect(await room.hasSpaceFor("other", 12 * MIB)).toBe(false);
});

test("kept files go where their room is needed, also for a copy that had no room before", async () => {
  const disk = { free: 2 * MIB, kept: 8 * MIB };
  const room = roomOn(disk);
  await expect(room.reserve("d", () => 12 * MIB)).rejects.toThrow("no room");
  Object.assign(disk, { free: 2 * MIB, kept: 20 * MIB });
  expect(await room.hasSpaceFor("d", 12 * MIB)).toBe(true);
  await room.reserve("d", () => 12 * MIB);
  expect(disk.free).toBeGreaterThanOrEqual(12 * MIB);
});

test("what needs no room has it on a full disk", async () => {
  const room = roomOn({ free: 0 });
  await room.reserve("d", () => 0);
});

test("256 KiB stay free, to the byte", async () => {
  const headroom = 256 * 1024;
  expect(await roomOn({ free: MIB + headroom }).hasSpaceFor("d", MIB)).toBe(true);
  expect(await roomOn({ free: MIB + headroom - 1 }).hasSpaceFor("d", MIB)).toBe(false);
  expect(await roomOn({ free: 0, kept: MIB + headroom }).hasSpaceFor("d", MIB)).toBe(true);
});

test("a disk that has enough free loses no quarantined file", async () => {
  let asked = 0;
  const space = new DiskSpace({
    disk: { freeBytes: async () => MIB + 256 * 1024 },
    freeSpace: async () => {
      asked += 1;
      return 0;
    },
    freeableBytes: async () => 0,
  });
  expect(await space.hasSpaceFor("d", MIB)).toBe(true);
  expect(asked).toBe(0);
});

/** A file that somebody sends, as `room` takes it. */
async function sending(room: DiskSpace, disk: { free: number }, size: number) {
  let left = size;
  const reservation = await room.reserveGradually("d", () => left);
  const write = async (bytes: number) => {
    left -= bytes;
    await reservation.makeRoom(bytes);
    disk.free -= bytes;
  };
  return { write, release: () => reservation.release() };
}

test("for what somebody says to send nothing goes; as it comes kept files do, a little ahead of it", async () => {
  const disk = { free: 100 * MIB, kept: 1000 * MIB };
  const room = roomOn(disk);
  const file = await sending(room, disk, 1000 * MIB);
  expect(disk.kept).toBe(1000 * MIB);
  for (let sent = 0; sent < 32; sent++) await file.write(MIB);
  expect(disk.kept).toBe(1000 * MIB);
  const before: number[] = [];
  for (let sent = 32; sent < 1000; sent++) {
    await file.write(MIB);
    before.push(disk.kept);
    // Never more than half of what has gone for it was for nothing.
    expect(1000 * MIB - disk.kept).toBeLessThanOrEqual(Math.max(2 * (sent + 1) * MIB, (sent + 66) * MIB));
  }
  expect(before.some((kept) => kept > 500 * MIB)).toBe(true);
  expect(disk.free).toBeGreaterThanOrEqual(0);
});

test("where all that could go would not be enough, it is refused before anything goes", async () => {
  const disk = { free: 10 * MIB, kept: 50 * MIB };
  await expect(sending(roomOn(disk), disk, 60 * MIB)).rejects.toThrow("no room for its 60.0 MiB");
  expect(disk.kept).toBe(50 * MIB);
});

test("a promise holds little against copies, and no kept file goes for a promise because a copy comes", async () => {
  const disk = { free: 100 * MIB, kept: 1000 * MIB };
  const room = roomOn(disk);
  const promise = await sending(room, disk, 1000 * MIB);
  await room.reserve("d", () => 30 * MIB);
  expect(disk.kept).toBe(1000 * MIB);
  expect(await room.hasSpaceFor("d", 10 * MIB)).toBe(true);
  expect(disk.kept).toBeGreaterThan(990 * MIB);
  promise.release();
});

test("what has come keeps as much room again for the rest, and what cannot have more is told", async () => {
  const disk = { free: 200 * MIB };
  const room = roomOn(disk);
  const file = await sending(room, disk, 199 * MIB);
  for (let sent = 0; sent < 90; sent++) await file.write(MIB);
  expect(await room.hasSpaceFor("d", 40 * MIB)).toBe(false);
  // Somebody else has filled the disk.
  disk.free = 3 * MIB;
  const rest = async () => {
    for (let sent = 90; sent < 199; sent++) await file.write(MIB);
  };
  await expect(rest()).rejects.toThrow("no room");
});
