import type { HelpNote } from "./command.ts";
import { CENTRAL_ADDRESS, COMMON, KEY_FILE, valued } from "./define.ts";

export const CLIENT_NAME = {
  name: valued("NAME", "what this client is called in the statistics", { preset: "USER@HOST", variable: "REDES_NAME" }),
};

/** Flags of every client command that knows a folder. */
export const CLIENT = {
  ...CENTRAL_ADDRESS,
  ...CLIENT_NAME,
  dir: valued("DIR", "folder that downloads go to", { preset: ".", variable: "REDES_DIR" }),
  ...KEY_FILE,
  ...COMMON,
};

export const EXIT_CODES: HelpNote = {
  title: "Exit codes",
  lines: [
    "0  all done, and verified",
    "1  a download failed; what arrived is kept, and the next get resumes",
    "2  wrong usage",
    "3  no such file, or nothing that matches",
    "4  the central cannot be reached",
    "5  refused (key)",
  ],
};

/** Seconds for a central that was started anew to know all files: it waits 15 for a secondary that does not come back. */
export const WHOLE_LIST_WAIT_S = 20;
/** Of commands that need to know all files. */
export const WHOLE_LIST_WAIT = {
  wait: valued("SECONDS", "how long to wait for a central that was just started to know all files", {
    preset: String(WHOLE_LIST_WAIT_S),
  }),
};
