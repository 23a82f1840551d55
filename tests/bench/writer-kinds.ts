/** How pieces are written: past the page cache while others are received, past it and waiting, or through it. */
export type WriterKind = "asynchronous" | "direct" | "buffered";
/** Who reads long payloads. */
export type ReaderKind = "direct reader" | "event loop";

export const WRITER = "REDES_BENCH_WRITER";
export const READER = "REDES_BENCH_READER";
