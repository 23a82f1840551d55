/** What the document has itself is painted first: to load and draw the rest takes longer than a frame. A page that nobody sees has no frames. */
function afterFirstPaint(run: () => void): void {
  if (document.hidden) return run();
  requestAnimationFrame(() => requestAnimationFrame(run));
}

afterFirstPaint(() => void import("./main.tsx"));
