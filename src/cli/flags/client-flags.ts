import type { PlainText } from "../../sentences/sentence.ts";
import type { HelpNote } from "./command.ts";
import { CENTRAL_ADDRESS, COMMON, KEY_FILE, valued } from "./define.ts";

export const CLIENT_NAME = {
  name: valued("NAME", "what this client is called in the statistics", { preset: "USER@HOST", variable: "REDES_NAME" }),
};

/** Flags of every client command. */
export const CLIENT = {
  ...CENTRAL_ADDRESS,
  ...CLIENT_NAME,
  dir: valued("DIR", "folder that downloads go to", { preset: ".", variable: "REDES_DIR" }),
  ...KEY_FILE,
  ...COMMON,
};

/** Flags of those that bring nothing to this machine. They take `--dir` too, so that all commands can be given the same flags. */
export const ASKING_CLIENT = {
  ...CLIENT,
  dir: valued("DIR", "taken as by get, and not used: nothing comes to this machine", { variable: "REDES_DIR" }),
};

/** Exit codes of a command that names files. */
function exitCodes(done: PlainText, failed: PlainText): HelpNote {
  return {
    title: "Exit codes",
    lines: [
      done,
      failed,
      "2  wrong usage",
      "3  no such file, or nothing that matches",
      "4  the central cannot be reached",
      "5  refused (key)",
    ],
  };
}

export const GET_EXIT_CODES = exitCodes(
  "0  all done, and verified",
  "1  a download failed; what arrived is kept, and the next get resumes",
);
export const PUT_EXIT_CODES = exitCodes(
  "0  all done, and verified",
  "1  a file was not put; the next put goes on with what has come",
);
export const ORDER_EXIT_CODES = exitCodes("0  done", "1  not done, and why");
/** Of a command that asks the central, and names no file. */
export const QUESTION_EXIT_CODES: HelpNote = {
  title: "Exit codes",
  lines: [
    "0  done",
    "1  not done, and why",
    "2  wrong usage",
    "4  the central cannot be reached",
    "5  refused: a key that cannot be used, or that may not do this",
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
