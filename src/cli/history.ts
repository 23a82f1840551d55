import { homedir } from "node:os";
import { join } from "node:path";

/** Where the console of a role keeps its history; null where there is no home. */
export function historyPath(role: string): string | null {
  return statePath(`${role}-history`);
}

/** Where the program keeps a file of its own from one run to the next; null where there is no home. */
export function statePath(name: string): string | null {
  const state = process.env.XDG_STATE_HOME || (homedir() && join(homedir(), ".local", "state"));
  return state ? join(state, "redes", name) : null;
}
