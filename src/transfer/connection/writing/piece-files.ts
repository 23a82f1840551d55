import type { DirectFile } from "../../sinks/sink.ts";
import type { PieceRequest } from "../messages.ts";

/** Descriptors that pieces are written to; see `PieceConnectionSpec`. */
export interface PieceFiles {
  readonly file: number;
  readonly direct: DirectFile | null;
  readonly journal: number | null;
}

/** Null: the piece is written and marked; else why it is not. */
export type PieceWritten = (failure: Error | null) => void;

/** Whether zeros of a piece become holes. Not of a file that does not stay: it is only as long as what was written to it. */
export function makesHoles({ hole }: Pick<PieceRequest, "hole">, { journal }: Pick<PieceFiles, "journal">): boolean {
  return hole || journal !== null;
}
