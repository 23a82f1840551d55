import type { Program } from "./process.ts";

/** Where a server said that it serves HTTP, such as `http://127.0.0.1:8080`. */
export async function siteOf(program: Program): Promise<string> {
  const { ip, port } = await program.waitFor("http-listening");
  return `http://${ip}:${port}`;
}
