/** What a server says of itself at `/metrics`. */
export interface Scrape {
  readonly text: string;
  /** By name and labels, as they are written. */
  readonly values: Readonly<Record<string, number>>;
}

export async function metricsOf(site: string): Promise<Scrape> {
  const response = await fetch(`${site}/metrics`);
  if (!response.headers.get("content-type")?.startsWith("text/plain; version=0.0.4")) throw new Error("no metrics");
  const text = await response.text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const values = lines.map((line) => {
    const space = line.lastIndexOf(" ");
    return [line.slice(0, space), Number(line.slice(space + 1))] as const;
  });
  return { text, values: Object.fromEntries(values) };
}

/** Runs Prometheus' tool of Debian's package `prometheus`: its exit code, and what it says. */
export async function promtool(args: readonly string[], input = ""): Promise<[number, string]> {
  const child = Bun.spawn(["promtool", ...args], { stdin: new Blob([input]), stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return [await child.exited, `${out}${err}`];
}
