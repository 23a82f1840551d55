import fs from "node:fs";
import { join } from "node:path";
import type { PhaseEnd } from "../scenarios/play.ts";

/** Where the others of a cluster are that nothing has happened to. */
export interface Others {
  /** The database of the central. */
  readonly central: string;
  /** The database and the shared folder of secondary 1. */
  readonly database1: string;
  readonly share1: string;
}

/** Copies what the others had at the end of a phase, so that a cluster can be started with it. */
export function copyOthers(end: PhaseEnd, to: string): Others {
  const copy = (from: string, name: string) => {
    fs.cpSync(from, join(to, name), { recursive: true, preserveTimestamps: true });
    return join(to, name);
  };
  return {
    central: join(copy(end.central, "central"), "central.sqlite"),
    database1: join(copy(end.first.data, "data1"), "secondary1.sqlite"),
    share1: copy(end.first.share, "share1"),
  };
}
