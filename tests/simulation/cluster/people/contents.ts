import type { Simulation } from "../../world/simulation.ts";
import { idOf, makeContent } from "./content.ts";

/** A content that was once under a name in some shared folder. */
export interface KnownContent {
  readonly id: string;
  readonly bytes: Uint8Array;
  /** Simulated milliseconds. */
  readonly firstAt: number;
  /** Whether a person made it as a whole; else it is a state in between, or what a fault has left. */
  readonly whole: boolean;
}

/** All contents that files of the shared folders ever had. */
export class Contents {
  private readonly byId = new Map<string, KnownContent>();
  private lastSerial = 0;

  constructor(private readonly sim: Pick<Simulation, "now">) {}

  /** By their ids, in the order in which they came about. */
  get known(): ReadonlyMap<string, KnownContent> {
    return this.byId;
  }

  /** Bytes that nobody has had before. */
  make(size: number): Uint8Array {
    this.lastSerial += 1;
    return makeContent(this.lastSerial, size);
  }

  /** A file has this content; gives its id. `whole`: a person made it as a whole. */
  learn(bytes: Uint8Array, whole: boolean): string {
    const id = idOf(bytes);
    const before = this.byId.get(id);
    if (!before || (whole && !before.whole))
      this.byId.set(id, { id, bytes, firstAt: before?.firstAt ?? this.sim.now, whole });
    return id;
  }
}
