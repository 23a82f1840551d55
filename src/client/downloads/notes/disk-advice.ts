import { dirname } from "node:path";
import { say, type Told } from "../../../sentences/sentence.ts";
import type { FailedDownload } from "../../../transfer/download-spec.ts";
import { isWorkName } from "../../../transfer/sinks/work-files/work-files.ts";
import type { Destination } from "../destination.ts";

/** Why a download has failed; where the disk here is why, what its user can do. */
export function failedTold({ message, disk }: FailedDownload, destination: Destination): Told {
  if (destination.kind !== "file") return message;
  const reason = aboutFolder(message);
  const isUnderDir = destination.folder !== undefined;
  if (disk === "full") {
    return isUnderDir
      ? say("{reason}; make room and run it again, or take another folder with --dir", { reason })
      : say("{reason}; make room and run it again, or give another path with --output", { reason });
  }
  if (disk !== "readonly" && disk !== "denied") return reason;
  return isUnderDir
    ? say("{reason}; take another folder with --dir", { reason })
    : say("{reason}; give another path with --output", { reason });
}

/** The work files of a download are hidden: it is their folder that people know. */
function aboutFolder(message: Told): Told {
  if (typeof message === "string" || message.text !== CANNOT) return message;
  const { path, reason = "" } = message.values;
  if (typeof path !== "string" || !isWorkName(path)) return message;
  return say(CANNOT, { action: say("write to the folder"), path: dirname(path), reason });
}

const CANNOT = "cannot {action} {path}: {reason}";
