/** Programs that a measurement has started and that still run. */
const running = new Set<Bun.Subprocess>();

process.on("exit", () => {
  for (const child of running) child.kill();
});
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

/** Bun.spawn, of a program that ends with this process, also where that breaks off or is ended by a signal. */
export const spawnChild = ((...started: Parameters<typeof Bun.spawn>) => {
  const child = Bun.spawn(...started);
  running.add(child);
  void child.exited.then(() => running.delete(child));
  return child;
}) as typeof Bun.spawn;
