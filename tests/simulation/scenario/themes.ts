import { givesNothing } from "../world/network/interference/silence.ts";
import type { SeededRandom } from "../world/random.ts";
import type { Action, ActionKind, ClusterShape, Json } from "./action.ts";
import { get } from "./downloads/get.ts";
import { getTwice } from "./downloads/get-twice.ts";
import { killAndGet } from "./downloads/kill-and-get.ts";
import { replaceAndGet } from "./downloads/replace-and-get.ts";
import { drawLargeSize, drawSecondary } from "./draws.ts";
import { fillDisk } from "./faults/disks/fill-disk.ts";
import { flipAtRest } from "./faults/disks/flip-at-rest.ts";
import { limitDescriptors } from "./faults/disks/limit-descriptors.ts";
import { slowDisk } from "./faults/disks/slow-disk.ts";
import { tightDisk } from "./faults/disks/tight-disk.ts";
import { unmountDisk } from "./faults/disks/unmount-disk.ts";
import { failDatabase } from "./faults/machines/fail-database.ts";
import { getOften } from "./faults/machines/get-often.ts";
import { killServer } from "./faults/machines/kill-server.ts";
import { losePower } from "./faults/machines/lose-power.ts";
import { restartServer } from "./faults/machines/restart-server.ts";
import { stopProcess } from "./faults/machines/stop-process.ts";
import { touchWorkFile } from "./faults/machines/touch-work-file.ts";
import { liar, silentPeer } from "./faults/network/dishonest.ts";
import { loseConnections } from "./faults/network/lose-connections.ts";
import { resetConnections } from "./faults/network/reset-connections.ts";
import { slowLink } from "./faults/network/slow-link.ts";
import { append } from "./files/append.ts";
import { deleteFile } from "./files/delete.ts";
import { put } from "./files/put.ts";
import { putDifferent } from "./files/put-different.ts";
import { putInSteps } from "./files/put-in-steps.ts";
import { remove } from "./files/remove.ts";
import { revert } from "./files/revert.ts";
import { getFromSilent } from "./meetings/get-from-silent.ts";
import { getOnSlowDisk } from "./meetings/get-on-slow-disk.ts";
import { getOverOlder } from "./meetings/get-over-older.ts";
import { losePowerOnceReplaced } from "./meetings/lose-power-once-replaced.ts";
import { loseReceipt } from "./meetings/lose-receipt.ts";
import { putUnderCopy } from "./meetings/put-under-copy.ts";
import { putWhileKept } from "./meetings/put-while-kept.ts";
import { removeUnseen } from "./meetings/remove-unseen.ts";
import { takeDiskAway } from "./meetings/take-disk-away.ts";
import { writeAndGet } from "./meetings/write-and-get.ts";
import { writeOverSlowly } from "./meetings/write-over-slowly.ts";

const MIB = 1024 * 1024;
/** The file of a theme, so that what happens meets. */
const NAME = "a.mkv";

/** What a run may be about: kinds of actions that show a fault only when several of them meet, mostly on one file. */
export interface Theme {
  readonly kinds: readonly ActionKind[];
  /** What takes the place of parameters that the action has: the central is machine 0 and server 0. */
  readonly fixed?: Readonly<Record<string, Json>>;
  /** Whether the file has several pieces, so that a download or a copy of it lasts. */
  readonly large: boolean;
}

export const THEMES: readonly Theme[] = [
  // Downloads that are interrupted, and go on with what is there.
  { kinds: [killAndGet, killAndGet, touchWorkFile, losePower, slowLink, put], large: true },
  { kinds: [getTwice, killAndGet, getTwice, touchWorkFile], large: true },
  // Machines that lose their power in the middle of downloads.
  {
    kinds: [killAndGet, killAndGet, put, slowLink],
    fixed: { how: "power loss", afterMs: 0, synced: true, hand: "none", size: 2.5 * MIB },
    large: true,
  },
  // Downloads that go on with the next version.
  { kinds: [replaceAndGet, replaceAndGet, slowLink], large: true },
  // Downloads in the place of older files, which somebody changes meanwhile.
  { kinds: [getOverOlder, getOverOlder, killAndGet, slowLink, slowDisk, put], large: true },
  // Downloads on disks that are slow.
  { kinds: [getOnSlowDisk, getOnSlowDisk, put, slowDisk, killAndGet], large: true },
  // Copies that are served while they grow, and files that are served while somebody writes to them.
  { kinds: [get, get, slowLink, append, restartServer, put, writeAndGet], large: true },
  // Servers that are away while files change, and are behind when they come back.
  { kinds: [killServer, killServer, revert, revert, put, append, removeUnseen, removeUnseen], large: false },
  { kinds: [killServer, restartServer, remove, put, deleteFile], large: false },
  // Power that goes while files are replaced and removed.
  { kinds: [losePowerOnceReplaced, losePowerOnceReplaced, losePower, put, put, remove, revert], large: false },
  // Answers that are lost.
  { kinds: [get, get, get, resetConnections, loseConnections, killServer, loseReceipt], large: false },
  // A central that is away, or stopped, while downloads end.
  {
    kinds: [get, get, get, killServer, stopProcess, stopProcess, failDatabase, failDatabase],
    fixed: { server: 0, machine: 0, lastsMs: 12_000 },
    large: true,
  },
  // Servers that answer ping, and nothing else, while others copy from them.
  { kinds: [silentPeer, silentPeer, put, put, revert], large: false },
  // Several gets of one file at once, on slow disks.
  { kinds: [getTwice, getTwice, getTwice, slowDisk, killAndGet], large: false },
  { kinds: [getOften, getOften, put], large: false },
  // Sources that do not give what they have.
  { kinds: [silentPeer, put, put, getFromSilent, getFromSilent], fixed: { what: givesNothing.name }, large: false },
  // Peers that lie, and bits that flip, under files of several pieces.
  { kinds: [liar, liar, flipAtRest, get, get, put], large: true },
  // People who change files that are being copied.
  {
    kinds: [putDifferent, putInSteps, put, append, slowDisk, putUnderCopy, putUnderCopy, putWhileKept, writeOverSlowly],
    large: false,
  },
  // People who write over new files while these wait to be read.
  { kinds: [writeOverSlowly, writeOverSlowly, put, putInSteps], large: false },
  // Disks that are full, or not there.
  { kinds: [fillDisk, tightDisk, tightDisk, put, put, revert], large: true },
  { kinds: [unmountDisk, takeDiskAway, takeDiskAway, restartServer, put, remove], large: false },
  { kinds: [limitDescriptors, get, get, put], large: true },
];

/** An action of a theme: mostly about the theme's file. */
export function drawThemeAction(random: SeededRandom, theme: Theme, shape: ClusterShape, at: number): Action {
  const kind = random.pick(theme.kinds);
  if (kind === put && theme.large && random.chance(0.3)) return largePut(random, shape, at);
  const params = kind.draw(random, shape);
  if (typeof params !== "object" || params === null || Array.isArray(params)) return { at, kind: kind.name, params };
  const names = random.chance(0.7) ? { names: [NAME], name: NAME } : {};
  const wanted = Object.entries({ ...names, ...theme.fixed }).filter(([key]) => key in params);
  return { at, kind: kind.name, params: { ...params, ...Object.fromEntries(wanted) } };
}

/** The theme's file is put. */
export function largePut(random: SeededRandom, shape: ClusterShape, at: number): Action {
  const params = put.draw(random, shape);
  const size = drawLargeSize(random, random.pick([0.3, 1, 4]) * MIB);
  return { at, kind: put.name, params: { ...params, secondary: drawSecondary(random, shape), name: NAME, size } };
}
