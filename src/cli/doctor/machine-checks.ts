import fs from "node:fs";
import { dirname } from "node:path";
import { systemReason } from "../../platform/disk/disk-errors.ts";
import { descriptorLimit } from "../../platform/process/descriptor-limit.ts";
import { GIB, saidBytes } from "../../platform/units.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { kindOf } from "../paths.ts";
import { type Check, failed, ok, warning } from "./check.ts";

/** With fewer than this no role can work, and from so many on none is held back by it. */
const [MIN_DESCRIPTORS, AMPLE_DESCRIPTORS] = [48, 1024];
/** A shared folder needs a watch for each folder in it; so many are what old kernels give. */
const FEW_WATCHES = 8192;
/** Less room than this is soon full. */
const LITTLE_ROOM_BYTES = GIB;

/** What of this machine could be in the way. `folder`: where downloads go. */
export function machineChecks(folder: string): Check[] {
  return [
    descriptorCheck(descriptorLimit()),
    inotifyCheck(numberIn("/proc/sys/fs/inotify/max_user_watches"), watchFault(existing(folder))),
    roomCheck(folder, freeBytes(existing(folder)), writeFault(existing(folder))),
  ];
}

/** `limit`: how many files a process may have open. */
export function descriptorCheck(limit: number): Check {
  const finding = say("a process here may have {limit} files and connections open", { limit });
  const advice = say(
    "raise it to {ample} or more (ulimit -n, LimitNOFILE= of a service): servers share their connections out of it",
    { ample: AMPLE_DESCRIPTORS },
  );
  if (limit < MIN_DESCRIPTORS) return failed(say("descriptors"), finding, advice);
  return limit < AMPLE_DESCRIPTORS ? warning(say("descriptors"), finding, advice) : ok(say("descriptors"), finding);
}

/** `limit`: of this user, null where the system does not say. `fault`: why nothing can be watched now, null where it can. */
export function inotifyCheck(limit: number | null, fault: Told | null): Check {
  const advice = say(
    "raise it (sysctl fs.inotify.max_user_watches=524288, and in /etc/sysctl.d): what a secondary here cannot watch it finds by scanning, later",
  );
  if (fault !== null) return failed(say("inotify"), say("no folder can be watched here: {fault}", { fault }), advice);
  if (limit === null) return ok(say("inotify"), say("folders can be watched here"));
  const finding = say("{limit} folders can be watched here", { limit });
  return limit < FEW_WATCHES ? warning(say("inotify"), finding, advice) : ok(say("inotify"), finding);
}

/**
 * `free`: bytes that can be written in a folder, null where the system does not say. `fault`: why nothing can be written
 * there, null where it can.
 */
export function roomCheck(folder: string, free: number | null, fault: Told | null): Check {
  if (fault !== null)
    return failed(
      say("room"),
      say("downloads cannot be written to {folder}: {fault}", { folder, fault }),
      say(
        "take another folder (--dir), or have this one let you write (its owner, its rights, how its disk is mounted)",
      ),
    );
  if (free === null) return ok(say("room"), say("downloads can be written to {folder}", { folder }));
  const finding = say("{bytes} free for downloads in {folder}", { bytes: saidBytes(free), folder });
  const advice = say("make room, or take a folder on another disk (--dir)");
  if (free === 0) return failed(say("room"), finding, advice);
  return free < LITTLE_ROOM_BYTES ? warning(say("room"), finding, advice) : ok(say("room"), finding);
}

/** The folder itself, or the one above it in which it would be made. */
function existing(folder: string): string {
  const above = dirname(folder);
  return kindOf(folder) === "folder" || above === folder ? folder : existing(above);
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = fs.statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** Why nothing can be written in a folder; null where it can. */
function writeFault(folder: string): Told | null {
  try {
    fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK);
    return null;
  } catch (error) {
    return systemReason(error);
  }
}

/** Why a folder cannot be watched, for people; null where it can. */
function watchFault(folder: string): Told | null {
  try {
    fs.watch(folder).close();
    return null;
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC") return say("all watches of this user are taken (fs.inotify.max_user_watches)");
    return code === "EMFILE" ? say("there are too many watchers (fs.inotify.max_user_instances)") : message;
  }
}

function numberIn(path: string): number | null {
  try {
    const number = Number(fs.readFileSync(path, "utf8"));
    return Number.isSafeInteger(number) ? number : null;
  } catch {
    return null;
  }
}
