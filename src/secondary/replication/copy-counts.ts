import type { CopyCentral } from "./ports.ts";

/** What copying has come to since the start of the process. Only rises. */
export interface CopyCounts {
  /** Copies that have their names. */
  installed: number;
  /** Orders that were given back to the central, which makes them again. */
  failed: number;
  /** Bytes that other secondaries have sent. */
  receivedBytes: number;
  /** Pieces and small files whose bytes were not what their hash says. */
  wrongPieces: number;
}

/** The central, and each wrong piece that it is told of is counted. */
export function countingCentral(central: CopyCentral, counts: CopyCounts): CopyCentral {
  return {
    unfetched: (name, id, obstacle) => central.unfetched(name, id, obstacle),
    retry: (names) => central.retry(names),
    watch: (name, id) => central.watch(name, id),
    unwatch: (name, id) => central.unwatch(name, id),
    accuse(id, piece, number) {
      if (piece !== null) counts.wrongPieces += 1;
      central.accuse(id, piece, number);
    },
  };
}
