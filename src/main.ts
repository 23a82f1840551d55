/** The beginning of the process and of each of its threads. The only place that ends the process. */
if (Bun.isMainThread) {
  const { run } = await import("./cli/root.ts");
  process.exit(await run(process.argv.slice(2)));
} else {
  await import("./thread.ts");
}

export {};
