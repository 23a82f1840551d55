/** Bytes from `start` on, to before `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** `whole`: no range was asked for, several at once, or in a way that nobody understands; all that may be ignored. */
export type RequestedRange = ({ readonly kind: "part" } & ByteRange) | { readonly kind: "whole" | "unsatisfiable" };

const WHOLE = { kind: "whole" } as const;
const UNSATISFIABLE = { kind: "unsatisfiable" } as const;

/** What a `Range` header means for `size` bytes (RFC 9110, section 14.2). */
export function requestedRange(header: string | null, size: number): RequestedRange {
  const [, first = "", last = ""] = /^bytes[ \t]*=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? "") ?? [];
  if (first === "") {
    if (last === "") return WHOLE;
    const length = Number(last);
    if (length === 0) return UNSATISFIABLE;
    // The last bytes of nothing are all of it, and Content-Range cannot say so.
    return size === 0 ? WHOLE : { kind: "part", start: Math.max(0, size - length), end: size };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return WHOLE;
  if (start >= size) return UNSATISFIABLE;
  return { kind: "part", start, end: last === "" ? size : Math.min(size, Number(last) + 1) };
}
