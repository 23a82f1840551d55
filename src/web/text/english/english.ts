import { removalText } from "./changes/removal.ts";
import { uploadsText } from "./changes/uploads.ts";
import { downloadsText } from "./downloads.ts";
import { eventsText } from "./events.ts";
import { filesText } from "./files.ts";
import { frameText } from "./frame.ts";
import { keptText } from "./kept.ts";
import { loginText } from "./login.ts";
import { missingText } from "./missing.ts";
import { partsText } from "./parts.ts";
import { serversText } from "./servers.ts";
import { statisticsText } from "./statistics.ts";
import { throughputText } from "./throughput.ts";

export const english = {
  frame: frameText,
  missing: missingText,
  parts: partsText,
  files: filesText,
  removal: removalText,
  servers: serversText,
  downloads: downloadsText,
  throughput: throughputText,
  statistics: statisticsText,
  kept: keptText,
  events: eventsText,
  login: loginText,
  uploads: uploadsText,
};
