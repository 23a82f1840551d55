/** Whether what is written to a stream may hold escape codes for colors (see no-color.org). */
export function wantsColors(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && canPaint();
}

/** Whether a terminal understands escape codes at all. */
export function canPaint(): boolean {
  return process.env.TERM !== "dumb";
}
