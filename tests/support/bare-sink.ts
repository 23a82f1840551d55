import type { Sink } from "../../src/transfer/sinks/sink.ts";
import { MIB } from "./files.ts";

/** A sink that writes pieces of a MiB to an open file, without a journal, and keeps nothing. */
export function bareSink(file: number, begin: Sink["begin"]): Sink {
  return {
    ...{ file, direct: null, journal: null, hashes: null, windowPieces: null, resumablePath: null, fresh: true },
    begin,
    position: (piece) => piece * MIB,
    markPosition: () => 0,
    setListener() {},
    pieceWritten() {},
    finish: async () => {},
    abandon: async () => {},
  };
}
