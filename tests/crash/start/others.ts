import fs from "node:fs";
import { join } from "node:path";
import type { PhaseEnd, SecondaryNumber } from "../scenarios/play.ts";

/** Where the others of a cluster are that nothing has happened to: the databases of the central and of a secondary, and its folder. */
export interface Others {
  readonly central: string;
  readonly database: string;
  readonly share: string;
}

/** Copies what the central and a secondary had at the end of a phase, so that a cluster can be started with it. */
export function copyOthers({ central, secondaries }: PhaseEnd, number: SecondaryNumber, to: string): Others {
  const copy = (from: string, name: string) => {
    fs.cpSync(from, join(to, name), { recursive: true, preserveTimestamps: true });
    return join(to, name);
  };
  const { data, share } = secondaries[number];
  return {
    central: join(copy(central, "central"), "central.sqlite"),
    database: join(copy(data, "data"), `secondary${number}.sqlite`),
    share: copy(share, "share"),
  };
}
