import { expect, setDefaultTimeout, test } from "bun:test";
import { Cluster } from "../../support/cluster.ts";
import { put } from "../../support/files.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { run } from "../../support/run.ts";
import { Terminal } from "../../support/terminal.ts";

/** The walk of somebody who speaks Spanish. */

setDefaultTimeout(120_000);

test("a client speaks Spanish where the locale is Spanish, and takes the old words", async () => {
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => put(folder(1), "niños.bin", "1234567890"));
  const port = ["--central-port", String(cluster.centralPort)];
  const env = { LC_ALL: "es_ES.UTF-8" };
  const options = { cwd: cluster.root, env };
  await using client = new Terminal(["client", ...port, "--dir", cluster.downloads(), "--name", "ana"], options);
  await client.shows("usted es ana; escriba help para ver las órdenes");
  await client.shows(/conectado con el central 127\.0\.0\.1:\d+: 2 de 2 secundarios, 1 archivo/);
  client.enter("ayuda");
  await client.shows(
    /Archivos\n +list \[PATRÓN\] +files, LISTA_VIDEOS +lo que se puede descargar\n[\s\S]*\nDescargas\n/,
  );
  await client.shows("temas: archivos, descargas, clúster, estadísticas, consola");
  client.enter("LISTA_VIDEOS");
  await client.shows(/archivo +tamaño +secundarios\nniños\.bin +10 B +2\n1 archivo, 10 B\n/);
  client.enter("VIDEO niños.bin");
  await client.shows(/niños\.bin → .*: 10 B verificados en \d,\d s/);
  client.enter("ESTADO");
  await client.shows(/en servicio\n\nsecundario +dirección +estado +archivos\n +1 .* al día +1\n/);
  client.enter("PAUSAR");
  await client.shows("error: no hay nada que poner en pausa");
  client.enter("VIDOE x");
  await client.shows('orden desconocida "VIDOE": ¿quería decir VIDEO? escriba help para ver la lista');
  client.enter("SALIR");
  expect((await client.ends()).code).toBe(0);

  const list = await run(["client", "list", ...port], options);
  expect(list.out).toContain("archivo");
  expect((await run(["client", "list", ...port, "--lang", "en"], options)).out).toContain("secondaries");
  expect((await run(["client", "list", ...port, "--lang", "es"], { cwd: cluster.root })).out).toContain("secundarios");
  expect(JSON.parse((await run(["client", "list", "--json", ...port], options)).out)).toMatchObject([{ sources: 2 }]);
  expect(await run(["client", "list", ...port, "--lang", "fr"], options)).toMatchObject({ code: 2 });
});

test.each([
  ["central", ["central", "--port", "0"], "ELIMINAR", "borra archivo, carpeta o patrón"],
  [
    "secondary",
    ["secondary", "-n", "7", "--port", "0", "--central-port", "1"],
    "VIDEOS_DESCARGADOS",
    "descargas servidas de aquí",
  ],
] as const)("a %s's console speaks Spanish; its log for programs does not", async (_role, args, word, what) => {
  const cwd = temporaryFolder();
  const spanish = { LANG: "es_ES.UTF-8", LC_ALL: "", LC_MESSAGES: "" };
  const { out } = await run([...args], { cwd, input: "help\nstatus\nquit\n", env: spanish });
  expect(out).toMatch(new RegExp(`${word} +${what}`));
  expect(out).toMatch(/sin servicio|no se puede contactar con el central/);
  const json = await run([...args, "--log", "json"], { cwd, input: "help\nquit\n", env: spanish });
  expect(json.out).not.toContain(what);
  for (const line of json.err.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("event");
});
