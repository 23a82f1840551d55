import { lastingPort } from "./port.ts";

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

/** A Prometheus of Debian's package, with a configuration in a folder of its own. */
export class Prometheus implements AsyncDisposable {
  private constructor(
    private readonly child: Bun.Subprocess,
    private readonly site: string,
  ) {}

  /** `folder`: with `prometheus.yml` in it; the data go there too. Resolves once it answers. */
  static async start(folder: string): Promise<Prometheus> {
    const port = lastingPort();
    const site = `127.0.0.1:${port}`;
    const args = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`];
    const child = Bun.spawn(["prometheus", ...args, `--web.listen-address=${site}`, "--log.level=warn"], {
      cwd: folder,
      stdout: "ignore",
      stderr: "ignore",
    });
    const prometheus = new Prometheus(child, `http://${site}`);
    while (!(await prometheus.isReady())) {
      if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}`);
      await Bun.sleep(LOOK_MS);
    }
    return prometheus;
  }

  /** The values of an expression now, by their labels as JSON. Throws where it is no expression. */
  async query(
    expression: string,
  ): Promise<{ readonly labels: Readonly<Record<string, string>>; readonly value: number }[]> {
    const response = await fetch(`${this.site}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const answer = (await response.json()) as QueryAnswer;
    if (answer.status !== "success") throw new Error(`${expression}: ${answer.error}`);
    return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child.exited;
  }

  private async isReady(): Promise<boolean> {
    return fetch(`${this.site}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

/** Milliseconds between two looks at what another process does. */
const LOOK_MS = 50;

interface QueryAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: { readonly metric: Record<string, string>; readonly value: [number, string] }[] };
}
