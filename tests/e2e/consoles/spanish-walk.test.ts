import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Cluster } from "../../support/cluster.ts";
import { put } from "../../support/files.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { lastingPort } from "../../support/port.ts";
import { run } from "../../support/run.ts";
import { Terminal } from "../../support/terminal.ts";

/** What somebody meets who speaks Spanish: at terminals, in scripts, and where something is wrong. */

setDefaultTimeout(120_000);

const SPANISH = { LANG: "es_ES.UTF-8", LC_ALL: "", LC_MESSAGES: "" };

let cluster: Cluster;
let port: readonly string[];
let folder: string;

beforeAll(async () => {
  cluster = await Cluster.inStep({ count: 2 }, (folder) => {
    put(folder(1), "series/uno.mkv", "1".repeat(3000));
    put(folder(1), "series/dos.mkv", "2".repeat(3000));
    put(folder(1), "película.mkv", "3".repeat(5000));
  });
  folder = cluster.downloads();
  port = ["--central-port", String(cluster.centralPort)];
});

afterAll(() => cluster[Symbol.asyncDispose]());

/** A client's command, in Spanish. */
const client = (...args: string[]) =>
  run(["client", ...args, ...port, "--dir", folder], { cwd: cluster.root, env: SPANISH });

describe("one command", () => {
  test("is got wrong in Spanish, with the same exit code", async () => {
    const cwd = temporaryFolder();
    const said = async (...args: string[]) => {
      const { code, err } = await run(args, { cwd, env: SPANISH });
      return [code, err.trim()];
    };
    expect(await said("client", "get")).toEqual([
      ...[2, "redes: falta NOMBRE: dé uno o más archivos, como los nombra list"],
    ]);
    expect(await said("client", "get", "a", "--jobs", "0")).toEqual([
      ...[2, "redes: --jobs 0: se espera un número entero de 1 a 16"],
    ]);
    expect(await said("client", "get", "a", "--jbos", "1")).toEqual([
      ...[2, "redes: opción desconocida --jbos: ¿quería decir --jobs?"],
    ]);
    expect(await said("client", "get", "a", "--jobs")).toEqual([2, "redes: --jobs necesita un valor: --jobs N"]);
    expect(await said("clinet")).toMatchObject([
      2,
      expect.stringContaining("orden desconocida clinet: ¿quería decir client?"),
    ]);
    expect(await said("help", "list", "--lang", "es")).toEqual([
      ...[2, "redes: list está en varias órdenes: client list, key list"],
    ]);
    expect(await said("central", "--port", "x")).toEqual([
      ...[2, "redes: --port x: se espera un número entero de 0 a 65535"],
    ]);
    expect(await said("client", "list", "--key-file", "nada.key")).toEqual([
      ...[5, "redes: no se puede abrir el archivo de clave nada.key: no existe ese archivo o carpeta"],
    ]);
    const free = String(lastingPort());
    expect(await said("client", "list", "--central-port", free)).toEqual([
      4,
      `redes: no se puede contactar con el central: no se puede conectar con 127.0.0.1:${free}: ahí no escucha nadie`,
    ]);
  });

  test("says in Spanish what came of it, and in JSON what it says in English", async () => {
    const many = await client("get", "series", "nada*");
    expect(many.code).toBe(3);
    expect(many.err).toContain("redes: no hay ningún archivo nada*, ni ninguno que encaje");
    expect(many.err).toMatch(/3 archivos: 2 descargados \(5,9 KiB en .*\), 1 con error/);
    const json = await client("get", "nada", "--json");
    expect(JSON.parse(json.out)).toMatchObject({ event: "failed", error: "there is no file nada" });
    const plan = await client("get", "película.mkv", "--dry-run");
    expect(plan.out).toContain("se descargaría");
    writeFileSync(join(folder, "película.mkv"), "4".repeat(5001));
    const other = await client("get", "película.mkv");
    expect(other.err).toContain("existe con otro contenido: quítelo de ahí, o reemplácelo con get --force");
    const differs = await client("verify", join(folder, "película.mkv"));
    expect(differs.out).toMatch(/película\.mkv: más largo en 1 B, difiere 1 de 1 trozo/);
    expect(differs.out).toMatch(/1 archivo: 1 con diferencias; 4,9 KiB leídos en /);
    const finding = await client("verify", join(folder, "película.mkv"), "--json");
    expect(JSON.parse(finding.out.split("\n")[0] ?? "")).toMatchObject({ event: "different" });
  });

  test("of those that change the cluster is answered in Spanish by the central", async () => {
    writeFileSync(join(cluster.root, "nuevo.bin"), "nuevo");
    const sent = await client("put", join(cluster.root, "nuevo.bin"), "--as", "nuevo.bin");
    expect(sent.err).toMatch(/nuevo\.bin: 5 B subidos en .*; en \d secundarios? ahora, los demás lo copian/);
    expect(await client("mv", "nada", "algo")).toMatchObject({
      ...{
        code: 3,
        err: "redes: no hay ningún archivo nada, ni ninguna carpeta que se llame así, ni nada que encaje\n",
      },
    });
    expect((await client("mv", "nuevo.bin", "película.mkv")).err).toBe(
      "redes: ya hay un archivo película.mkv: bórrelo antes, o tome otro nombre\n",
    );
    expect((await client("restore", "nada")).err).toBe("redes: los secundarios no guardan nada de nada\n");
    expect((await client("remove", "--yes", "nuevo.bin")).out).toContain("nuevo.bin se ha borrado");
    const doctor = await run(["doctor", ...port], { cwd: cluster.root, env: SPANISH });
    expect(doctor.out).toMatch(/bien +central +responde en 127\.0\.0\.1:\d+ en \d+ ms/);
    expect(doctor.out).toMatch(/bien +el secundario 1 +responde en /);
    const programs = await run(["doctor", "--json", ...port], { cwd: cluster.root, env: SPANISH });
    expect(JSON.parse(programs.out).checks.map(({ check }: { check: string }) => check)).toContain("secondary 1");
  });
});

describe.each([
  [80, 24],
  [120, 40],
  [45, 15],
] as const)("a console of %p columns and %p rows", (columns, rows) => {
  test("speaks Spanish of what is done and of what is wrong, and asks", async () => {
    const options = { cwd: cluster.root, env: SPANISH, columns, rows };
    await using console = new Terminal(["client", ...port, "--dir", folder], options);
    await console.shows(/escriba\s+help/);
    await console.shows(/conectado\s+con\s+el\s+central/);
    console.enter("get nadie.mkv");
    await console.shows(/no\s+hay\s+ningún\s+archivo\s+nadie\.mkv/);
    console.enter("mv nada algo");
    await console.shows(/ni\s+ninguna\s+carpeta\s+que\s+se\s+llame\s+así,\s+ni\s+nada\s+que\s+encaje/);
    console.enter("put no-hay.bin");
    await console.shows(/aquí\s+no\s+hay\s+ningún\s+archivo/);
    console.enter("verify series");
    await console.shows(/2\s+archivos:\s+2\s+(sin\s+diferencias|sin\s+copia\s+aquí)/);
    console.enter("limit mucho");
    await console.shows(/se\s+espera\s+RITMO/);
    console.enter("quit");
    expect((await console.ends()).code).toBe(0);
  });
});

test("servers say in Spanish what comes next, and log in English", async () => {
  const cwd = temporaryFolder();
  const own = String(lastingPort());
  const central = ["central", "--port", own, "--secondaries", "1", "--data", "central"];
  await using first = new Terminal(central, { cwd, env: SPANISH });
  await first.shows("escriba help para ver las órdenes");
  await first.shows(/arranque\s+los\s+secundarios:\s+redes\s+secondary\s+-n\s+1/);
  expect(first.text).toContain("central listens on");
  first.enter("status");
  await first.shows(/sin\s+servicio:\s+registrados\s+0\s+de\s+1\s+secundario,\s+falta\s+1/);
  const second = await run(central, { cwd, env: SPANISH });
  expect(second.code).toBe(1);
  expect(second.err).toMatch(
    /redes: (la base de datos .* está en uso|no se puede escuchar en .*: el puerto está en uso)/,
  );
});
