import { linkSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeFile, memoryFolder } from "./files.ts";
import { makeTlsFiles, type TlsFiles } from "./keys.ts";
import { inTurn, run, runForOutput } from "./measure.ts";
import { NginxFarm } from "./nginx.ts";
import { freePort } from "./ports.ts";
import { CROWD, crowdAt } from "./slow-readers.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const SIZE = 1024 ** 3;
const ROUNDS = 5;
const FILE = "film.mkv";
const PATH = `/files/${FILE}`;
/** Of the rate of nginx, what a secondary must have. */
const LEAST_RATE = 0.9;
/** Programs have preferences among ciphers, which are not what is measured. */
const CIPHER = ["--tls13-ciphers", "TLS_AES_128_GCM_SHA256"];

/** A secondary's files over HTTP: one `curl` beside the same from nginx, in turn, without TLS and with it, and many slow readers. */
export async function benchHttp(workspace: string, machine: string): Promise<BenchResult> {
  const root = join(memoryFolder(workspace, SIZE), `redes-bench-http-${process.pid}`);
  const folders = [join(root, "plain"), join(root, "secured")] as const;
  const data = join(workspace, "data");
  for (const folder of [...folders, data]) mkdirSync(folder, { recursive: true });
  makeFile(join(folders[0], FILE), SIZE);
  // One file: what is in the page cache of one is in that of the other.
  linkSync(join(folders[0], FILE), join(folders[1], FILE));
  const ports = [await freePort(), await freePort()] as const;
  const tls = await makeTlsFiles(workspace);
  const flags = [
    ["--http", String(ports[0])],
    ["--http", String(ports[1]), "--tls-cert", tls.own],
  ];
  const farm = await Farm.start(folders, data, { flags });
  const nginx = [
    await NginxFarm.start([folders[0]], workspace),
    await NginxFarm.start([folders[1]], workspace, tls.own),
  ];
  try {
    const curl = (url: string) => () => run(["curl", "-sSf", ...trusting(tls), "-o", "/dev/null", url], workspace);
    const urls = [`http://127.0.0.1:${ports[0]}${PATH}`, `https://127.0.0.1:${ports[1]}${PATH}`] as const;
    for (const url of urls) await digested(url, tls, workspace);
    const [plain = "", secured = ""] = nginx.flatMap((farm) => farm.urls(FILE));
    const costs = await inTurn(
      {
        "curl, a secondary": curl(urls[0]),
        "curl, nginx": curl(plain),
        "curl, a secondary, TLS": curl(urls[1]),
        "curl, nginx, TLS": curl(secured),
      },
      ROUNDS,
    );
    const crowd = await crowdAt(ports[0], farm.secondaries[0]?.pid ?? 0, PATH, workspace);
    const rows = rowsOf({ ...costs, [`${CROWD}, the secondary`]: [crowd.cost] });
    const [own, other, ownTls, otherTls] = rows.map(({ seconds }) => seconds) as [number, number, number, number];
    return {
      bench: "http",
      machine,
      rows,
      bounds: [
        { what: "curl from a secondary ÷ from nginx, seconds", value: own / other, most: 1 / LEAST_RATE },
        { what: "the same over TLS", value: ownTls / otherTls, most: 1 / LEAST_RATE },
        { what: `a secondary's memory with ${CROWD}, MB`, value: crowd.cost.memory / 1e6, most: 150 },
        { what: "slow readers cut off", value: crowd.lost, most: 0 },
        { what: "another request beside them, p99 ms", value: crowd.wait, most: 100 },
      ],
    };
  } finally {
    await Promise.all([...nginx, farm].map((each) => each.stop()));
    rmSync(root, { recursive: true, force: true });
  }
}

const trusting = ({ authority }: TlsFiles) => ["--cacert", authority, ...CIPHER];

/** The background work on a new file is over once its digest is told. */
async function digested(url: string, tls: TlsFiles, workspace: string): Promise<void> {
  const head = ["curl", "-sSf", ...trusting(tls), "--head", url];
  while (!/^digest:/im.test((await runForOutput(head, workspace)).out)) await Bun.sleep(500);
}
