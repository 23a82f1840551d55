import { homedir } from "node:os";
import { join } from "node:path";

/** Where the console of a role keeps its history; null where there is no home. */
export function historyPath(role: string): string | null {
  const state = process.env.XDG_STATE_HOME || (homedir() && join(homedir(), ".local", "state"));
  return state ? join(state, "redes", `${role}-history`) : null;
}
